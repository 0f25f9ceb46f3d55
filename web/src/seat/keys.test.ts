import { expect, test } from 'vitest'
import { FIELD_LETTERS, action_of } from '@/desk/keys'
import { SEAT_KEYS, seat_action_of } from './keys'

const key = (over: object) => ({
  key: '', code: '', ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, isComposing: false, keyCode: 0, ...over,
})

test('a call is answered, ended and muted by key', () => {
  expect(seat_action_of(key({ key: 'F2', code: 'F2' }))).toBe('answer')
  expect(seat_action_of(key({ key: 'F10', code: 'F10' }))).toBe('hang_up')
  expect(seat_action_of(key({ key: '√', code: 'KeyV', altKey: true }))).toBe('mute')
})

test('with another key held, or while an input method composes, it is not ours', () => {
  expect(seat_action_of(key({ key: 'F2', ctrlKey: true }))).toBeNull()
  expect(seat_action_of(key({ code: 'KeyV', ctrlKey: true, altKey: true }))).toBeNull()
  expect(seat_action_of(key({ key: 'F10', isComposing: true }))).toBeNull()
})

test('no field of the ticket has the letter that mutes', () => {
  expect(Object.values(FIELD_LETTERS)).not.toContain('V')
})

test('no key of the seat is one of the desk', () => {
  for (const name of [SEAT_KEYS.answer, SEAT_KEYS.hang_up]) expect(action_of(key({ key: name, code: name }), false)).toBeNull()
})
