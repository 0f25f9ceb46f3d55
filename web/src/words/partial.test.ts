import { expect, test } from 'vitest'
import type { PartialTurn } from '@/api/types'
import { parts_of } from './partial'

const partial = (text: string, committed?: number): PartialTurn => ({
  turn_id: 'a',
  channel: 'caller',
  start_sample: 0,
  text,
  ...(committed === undefined ? {} : { committed }),
})

test('what is committed is told from what may change, by characters', () => {
  expect(parts_of(partial('路灯坏了', 2))).toEqual({ sure: '路灯', open: '坏了' })
  expect(parts_of(partial('𠮷里路灯', 2))).toEqual({ sure: '𠮷里', open: '路灯' })
  expect(parts_of(partial('路灯'))).toEqual({ sure: '', open: '路灯' })
})

test('a turn that goes on ends in no full stop', () => {
  expect(parts_of(partial('路灯坏了。', 2))).toEqual({ sure: '路灯', open: '坏了' })
})
