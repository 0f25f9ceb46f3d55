// Cuts a turn's text where words begin and where evidence begins, so that each piece is shown in one manner.

import type { CategoryGuess, Draft, Evidence, FieldKey, Turn, Word } from '@/api/types'

export interface Piece {
  text: string
  // The fields these characters fed.
  fields: FieldKey[]
  // The word the piece belongs to; -1 where the turn has no word times.
  word: number
  // The recogniser wrote this word for a name of the city it had been given.
  biased: boolean
}

// Whole sentences feed these; marking them always would underline everything.
const FED_BY_SENTENCES: ReadonlySet<FieldKey> = new Set(['title', 'subject', 'wish', 'summary'])

export type EvidenceByTurn = Map<string, { field: FieldKey; start: number; end: number }[]>

/** The spans to mark, by turn: all short ones, and those of the field in focus. */
export const evidence_by_turn = (draft: Draft | null, focused: FieldKey | null): EvidenceByTurn => {
  const spans: EvidenceByTurn = new Map()
  if (!draft) return spans
  for (const [key, field] of Object.entries(draft.fields)) {
    const name = key as FieldKey
    if (!field || (FED_BY_SENTENCES.has(name) && name !== focused)) continue
    for (const { turn_id, start_char, end_char } of field_evidence(draft, name)) {
      const list = spans.get(turn_id) ?? []
      list.push({ field: name, start: start_char, end: end_char })
      spans.set(turn_id, list)
    }
  }
  return spans
}

/** The words a field came from. A category's stand with its guess where the field itself names none. */
export const field_evidence = (draft: Draft | null, field: FieldKey): Evidence[] => {
  const own = draft?.fields[field]
  if (!own) return []
  if (own.evidence.length > 0 || field !== 'category') return own.evidence
  return draft?.categories.find((guess: CategoryGuess) => guess.code === own.value)?.evidence ?? []
}

// An identity number is shown by its ends only, and those stand in its field; in the words each digit is a star.
const ID_NUMBER: FieldKey = 'id_number'
const hidden = (text: string): string => text.replace(/[\p{L}\p{N}]/gu, '*')

const word_starts = (words: Word[]): number[] => {
  const starts: number[] = []
  let at = 0
  for (const word of words) {
    starts.push(at)
    at += Array.from(word.text).length
  }
  return starts
}

/** The pieces of a turn, in order; their texts joined are the turn's text, an identity number's digits hidden. */
export const pieces = (
  turn: Turn,
  spans: { field: FieldKey; start: number; end: number }[],
  by_word: boolean,
): Piece[] => {
  // The service counts Unicode scalar values, JavaScript counts UTF-16 units.
  const characters = Array.from(turn.text)
  const starts = by_word ? word_starts(turn.words) : []
  const cuts = new Set([0, characters.length, ...starts])
  for (const span of spans) {
    cuts.add(span.start)
    cuts.add(span.end)
  }
  const ordered = [...cuts].filter((cut) => cut >= 0 && cut <= characters.length).sort((a, b) => a - b)
  const result: Piece[] = []
  let word = by_word && starts.length > 0 ? 0 : -1
  for (let i = 0; i + 1 < ordered.length; i += 1) {
    const [start, end] = [ordered[i] ?? 0, ordered[i + 1] ?? 0]
    while (word >= 0 && word + 1 < starts.length && (starts[word + 1] ?? Infinity) <= start) word += 1
    const fields = [...new Set(spans.filter((s) => s.start <= start && s.end >= end).map((s) => s.field))]
    const text = characters.slice(start, end).join('')
    result.push({
      text: fields.includes(ID_NUMBER) ? hidden(text) : text,
      fields,
      word,
      biased: word >= 0 && turn.words[word]?.biased === true,
    })
  }
  return result
}

/** The word being said at a moment of the recording; -1 before the first. */
export const word_at = (words: Word[], sample: number): number => {
  let low = 0
  let high = words.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((words[middle]?.start_sample ?? 0) <= sample) low = middle + 1
    else high = middle
  }
  return low - 1
}
