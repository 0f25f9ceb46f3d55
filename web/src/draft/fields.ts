// The ticket's fields: their order, what must be there, and when a value is doubtful.

import type { Draft, Field, FieldKey } from '@/api/types'

/** The order of the form, which is also the order in which Alt+↓ walks. */
export const FIELD_ORDER: readonly FieldKey[] = [
  'title',
  'kind',
  'urgency',
  'category',
  'place',
  'against',
  'time',
  'person',
  'phone',
  'id_number',
  'earlier_ticket',
  'department',
  'subject',
  'wish',
  'summary',
  'confidential',
  'anonymous',
  'call_back',
]

/** Without these a ticket cannot be dispatched; the service has the last word when it is confirmed. */
export const REQUIRED_FIELDS: readonly FieldKey[] = ['title', 'category', 'department']

/** Fields worth a question where they are empty, though a ticket may go without. */
const ASKED_FIELDS: readonly FieldKey[] = [
  ...REQUIRED_FIELDS,
  'kind',
  'urgency',
  'place',
  'person',
  'phone',
  'time',
  'subject',
  'wish',
]

/** Below this the machine's value is shown as doubtful: at 0.6 the second guess is often as good. */
export const DOUBTFUL_BELOW = 0.6

export type FieldState = 'machine' | 'doubtful' | 'agent' | 'empty'

export const field_state = (field: Field | undefined): FieldState => {
  if (!field || field.value === '') return 'empty'
  if (field.filled_by === 'agent') return 'agent'
  return field.confidence < DOUBTFUL_BELOW ? 'doubtful' : 'machine'
}

/** Whether the agent should look at the field: nothing there, or nothing sure. */
export const needs_attention = (draft: Draft | null, key: FieldKey): boolean => {
  const state = field_state(draft?.fields[key])
  return state === 'doubtful' || (state === 'empty' && ASKED_FIELDS.includes(key))
}

/** The next field to look at after `from`, round the form; nothing where all is well. */
export const next_to_check = (draft: Draft | null, from: FieldKey | null, step: 1 | -1): FieldKey | null => {
  const count = FIELD_ORDER.length
  const start = from ? FIELD_ORDER.indexOf(from) : step === 1 ? -1 : 0
  for (let i = 1; i <= count; i += 1) {
    const key = FIELD_ORDER[(start + step * i + count * 2) % count]
    if (key && needs_attention(draft, key)) return key
  }
  return null
}

export const missing_required = (draft: Draft | null): FieldKey[] =>
  REQUIRED_FIELDS.filter((key) => field_state(draft?.fields[key]) === 'empty')
