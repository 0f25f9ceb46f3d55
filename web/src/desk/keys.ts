// What a key press means at the desk.

import type { FieldKey } from '@/api/types'

export type DeskAction =
  | { kind: 'confirm' }
  | { kind: 'next_field' }
  | { kind: 'previous_field' }
  | { kind: 'take_category'; place: 0 | 1 | 2 }
  | { kind: 'play' }
  | { kind: 'stop' }
  | { kind: 'now' }
  | { kind: 'field'; field: FieldKey }
  | { kind: 'beside' }
  | { kind: 'hold' }
  | { kind: 'call_somebody' }
  | { kind: 'help' }

/** The letter that, with Alt, goes to a field, or moves selected words there. By place on the keyboard. */
export const FIELD_LETTERS: Readonly<Record<FieldKey, string>> = {
  title: 'T',
  kind: 'K',
  category: 'C',
  urgency: 'U',
  place: 'L',
  against: 'A',
  person: 'N',
  phone: 'H',
  id_number: 'I',
  earlier_ticket: 'R',
  time: 'M',
  subject: 'S',
  wish: 'W',
  summary: 'Y',
  department: 'B',
  confidential: 'X',
  anonymous: 'O',
  call_back: 'J',
}

export interface Key {
  key: string
  code: string
  ctrlKey: boolean
  altKey: boolean
  shiftKey: boolean
  metaKey: boolean
  isComposing: boolean
  keyCode: number
}

// What browsers report for every key press that an input method swallowed.
const KEYCODE_COMPOSING = 229

const alt_action = (code: string): DeskAction | null => {
  if (code === 'ArrowDown') return { kind: 'next_field' }
  if (code === 'ArrowUp') return { kind: 'previous_field' }
  if (code === 'Digit1' || code === 'Numpad1') return { kind: 'take_category', place: 0 }
  if (code === 'Digit2' || code === 'Numpad2') return { kind: 'take_category', place: 1 }
  if (code === 'Digit3' || code === 'Numpad3') return { kind: 'take_category', place: 2 }
  if (code === 'KeyP') return { kind: 'play' }
  if (code === 'End') return { kind: 'now' }
  const entry = Object.entries(FIELD_LETTERS).find(([, letter]) => code === `Key${letter}`)
  return entry ? { kind: 'field', field: entry[0] as FieldKey } : null
}

/** The action of a key press; nothing where it belongs to the field, the input method or the browser. */
export const action_of = (key: Key, typing: boolean): DeskAction | null => {
  // Enter and digits choose among an input method's candidates while it composes.
  if (key.isComposing || key.keyCode === KEYCODE_COMPOSING) return null
  if (key.metaKey) return null
  if (key.ctrlKey && !key.altKey) {
    if (key.code === 'Enter' || key.code === 'NumpadEnter') return { kind: 'confirm' }
    // Windows gives Ctrl+Space to the input method; Alt+P does the same.
    if (key.code === 'Space') return { kind: 'play' }
    return null
  }
  if (key.altKey && !key.ctrlKey && !key.shiftKey) return alt_action(key.code)
  if (key.key === 'Escape') return { kind: 'stop' }
  if (key.key === 'F7') return { kind: 'call_somebody' }
  if (key.key === 'F8') return { kind: 'hold' }
  if (key.key === 'F9') return { kind: 'beside' }
  if (key.key === 'F1') return { kind: 'help' }
  if ((key.key === '?' || key.key === '？') && !typing) return { kind: 'help' }
  return null
}
