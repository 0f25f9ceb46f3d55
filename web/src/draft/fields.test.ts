import { expect, test } from 'vitest'
import type { Draft, Field } from '@/api/types'
import { field_state, missing_required, next_to_check } from './fields'

const machine = (value: string, confidence: number): Field => ({
  value,
  confidence,
  filled_by: 'machine',
  evidence: [],
  reason: '',
})

const draft: Draft = {
  call_id: 'c1',
  revision: 1,
  fields: {
    title: machine('下水道堵塞', 0.9),
    kind: machine('help', 0.4),
    urgency: machine('ordinary', 0.8),
    place: machine('曙光里', 0.9),
  },
  categories: [],
}

test('an unsure value is doubtful, a cleared one is empty', () => {
  expect(field_state(draft.fields.kind)).toBe('doubtful')
  expect(field_state(machine('', 1))).toBe('empty')
  expect(field_state({ ...machine('x', 1), filled_by: 'agent' })).toBe('agent')
})

test('the walk goes to the next missing or doubtful field and round the form', () => {
  expect(next_to_check(draft, null, 1)).toBe('kind')
  expect(next_to_check(draft, 'kind', 1)).toBe('category')
  expect(next_to_check(draft, 'wish', 1)).toBe('kind')
  expect(next_to_check(draft, 'kind', -1)).toBe('wish')
})

test('what a dispatch still lacks is named', () => {
  expect(missing_required(draft)).toEqual(['category', 'department'])
})
