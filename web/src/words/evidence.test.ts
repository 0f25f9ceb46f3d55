import { expect, test } from 'vitest'
import type { Draft, Turn } from '@/api/types'
import { evidence_by_turn, pieces, word_at } from './evidence'

const text = '我在曙光里三号楼。'
const turn: Turn = {
  id: 'a',
  call_id: 'c1',
  channel: 'caller',
  start_sample: 0,
  end_sample: 72000,
  text,
  words: Array.from(text).map((character, i) => ({
    text: character,
    start_sample: i * 8000,
    end_sample: (i + 1) * 8000,
  })),
  confidence: 1,
  status: 'recognised',
}

test('evidence cuts the text and names its fields, and nothing of the text is lost', () => {
  const cut = pieces(turn, [{ field: 'place', start: 2, end: 5 }], false)
  expect(cut.map((piece) => piece.text)).toEqual(['我在', '曙光里', '三号楼。'])
  expect(cut[1]?.fields).toEqual(['place'])
})

test('overlapping evidence names both fields where they overlap', () => {
  const cut = pieces(
    turn,
    [
      { field: 'place', start: 2, end: 8 },
      { field: 'title', start: 0, end: 5 },
    ],
    false,
  )
  expect(cut.map((piece) => [piece.text, piece.fields.length])).toEqual([
    ['我在', 1],
    ['曙光里', 2],
    ['三号楼', 1],
    ['。', 0],
  ])
})

test('characters beyond the basic plane count as one, as the service counts them', () => {
  const rare: Turn = { ...turn, text: '𠮷祥里', words: [] }
  expect(pieces(rare, [{ field: 'place', start: 1, end: 3 }], true).map((piece) => piece.text)).toEqual(['𠮷', '祥里'])
})

test('every piece knows its word', () => {
  const cut = pieces(turn, [{ field: 'place', start: 2, end: 5 }], true)
  expect(cut.map((piece) => piece.word)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
})

test('a piece says whether the city’s names changed its word', () => {
  const words = turn.words.map((word, i) => ({ ...word, biased: i === 2 || i === 3 }))
  const cut = pieces({ ...turn, words }, [{ field: 'place', start: 2, end: 5 }], true)
  expect(cut.filter((piece) => piece.biased).map((piece) => piece.text)).toEqual(['曙', '光'])
})

test('the word said at a moment is found', () => {
  expect(word_at(turn.words, 0)).toBe(0)
  expect(word_at(turn.words, 15999)).toBe(1)
  expect(word_at(turn.words, 16000)).toBe(2)
  expect(word_at([], 5)).toBe(-1)
})

test('fields fed by whole sentences are marked only while in focus', () => {
  const evidence = [
    { turn_id: 'a', channel: 'caller' as const, text, start_char: 0, end_char: 9, start_sample: 0, end_sample: 1 },
  ]
  const draft: Draft = {
    call_id: 'c1',
    revision: 1,
    fields: { title: { value: 'x', confidence: 0.8, filled_by: 'machine', evidence, reason: '' } },
    categories: [],
  }
  expect(evidence_by_turn(draft, null).size).toBe(0)
  expect(evidence_by_turn(draft, 'title').get('a')).toHaveLength(1)
})

test('the digits of an identity number are not shown among the words', () => {
  const said = { ...turn, text: '身份证是一一零一零五。', words: [] }
  const cut = pieces(said, [{ field: 'id_number', start: 4, end: 10 }], false)
  expect(cut.map((piece) => piece.text).join('')).toBe('身份证是******。')
})
