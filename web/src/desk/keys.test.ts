import { expect, test } from 'vitest'
import { FIELD_LETTERS, action_of, type Key } from './keys'

const key = (over: Partial<Key>): Key => ({
  key: '',
  code: '',
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  isComposing: false,
  keyCode: 0,
  ...over,
})

test('Ctrl+Enter confirms, also from the number pad', () => {
  expect(action_of(key({ code: 'Enter', ctrlKey: true }), true)).toEqual({ kind: 'confirm' })
  expect(action_of(key({ code: 'NumpadEnter', ctrlKey: true }), true)).toEqual({ kind: 'confirm' })
})

test('nothing happens while an input method composes', () => {
  expect(action_of(key({ code: 'Enter', ctrlKey: true, isComposing: true }), true)).toBeNull()
  expect(action_of(key({ code: 'Digit1', altKey: true, keyCode: 229 }), true)).toBeNull()
})

test('Enter alone belongs to the field', () => {
  expect(action_of(key({ code: 'Enter', key: 'Enter' }), true)).toBeNull()
})

test('Alt+1 to Alt+3 take a category, Alt+4 nothing', () => {
  expect(action_of(key({ code: 'Digit2', altKey: true }), true)).toEqual({ kind: 'take_category', place: 1 })
  expect(action_of(key({ code: 'Digit4', altKey: true }), true)).toBeNull()
})

test('a question mark is text while typing, and help otherwise, full width too', () => {
  expect(action_of(key({ key: '?', shiftKey: true }), true)).toBeNull()
  expect(action_of(key({ key: '?', shiftKey: true }), false)).toEqual({ kind: 'help' })
  expect(action_of(key({ key: '？', shiftKey: true }), false)).toEqual({ kind: 'help' })
})

test('Alt with a letter goes to its field whatever the layout types', () => {
  expect(action_of(key({ key: '¬', code: 'KeyL', altKey: true }), true)).toEqual({ kind: 'field', field: 'place' })
})

test('AltGr types a character and is no shortcut', () => {
  expect(action_of(key({ code: 'KeyL', altKey: true, ctrlKey: true }), true)).toBeNull()
})

test('no two fields share a letter, and none takes the one that plays', () => {
  const letters = Object.values(FIELD_LETTERS)
  expect(new Set([...letters, 'P']).size).toBe(letters.length + 1)
})
