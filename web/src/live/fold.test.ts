import { expect, test } from 'vitest'
import type { Call, Draft, Event, EventKind, FollowUp, Turn } from '@/api/types'
import { empty_state, fold_event, fold_seats, fold_snapshot } from './fold'

const call = (over: Partial<Call> = {}): Call => ({
  id: 'c1',
  state: 'talking',
  caller_number: '13800006921',
  called_number: '8001',
  started_at: '2026-11-22T08:00:00Z',
  recording: { state: 'open' },
  ...over,
})

const turn = (id: string, start_sample: number, text = id): Turn => ({
  id,
  call_id: 'c1',
  channel: 'caller',
  start_sample,
  end_sample: start_sample + 8000,
  text,
  words: [],
  confidence: 0.9,
  status: 'recognised',
})

const draft = (revision: number): Draft => ({ call_id: 'c1', revision, fields: {}, categories: [], questions: [] })

const event = (seq: number | null, kind: EventKind): Event => ({
  seq,
  at: '2026-11-22T08:00:00Z',
  call_id: 'c1',
  kind,
})

test('events and a late snapshot give the same words in either order', () => {
  const first = empty_state()
  fold_snapshot(first, { call: call(), turns: [turn('a', 0), turn('b', 9000)], draft: draft(2) })
  fold_event(first, event(7, { type: 'turn', turn: turn('b', 9000) }))
  fold_event(first, event(8, { type: 'turn', turn: turn('c', 20000) }))

  const second = empty_state()
  fold_event(second, event(6, { type: 'call', call: call() }))
  fold_event(second, event(7, { type: 'turn', turn: turn('b', 9000) }))
  fold_event(second, event(8, { type: 'turn', turn: turn('c', 20000) }))
  fold_snapshot(second, { call: call(), turns: [turn('a', 0), turn('b', 9000)], draft: draft(2) })

  expect(first.calls['c1']?.turns.map((t) => t.id)).toEqual(['a', 'b', 'c'])
  expect(second.calls['c1']).toEqual(first.calls['c1'])
})

test('an event sent twice is folded once', () => {
  const state = empty_state()
  fold_snapshot(state, { call: call() })
  fold_event(state, event(3, { type: 'ticket', ticket_id: 't1' }))
  fold_event(state, event(3, { type: 'ticket', ticket_id: 't1' }))
  expect(state.ticket_changes).toBe(1)
  expect(state.last_seq).toBe(3)
})

test('a final takes the place of its partial, and a partial that comes after it is dropped', () => {
  const state = empty_state()
  fold_snapshot(state, { call: call() })
  const partial = { turn_id: 'a', channel: 'caller', start_sample: 0, text: '下水' } as const
  fold_event(state, event(null, { type: 'partial', partial }))
  expect(state.calls['c1']?.partials).toHaveLength(1)
  fold_event(state, event(1, { type: 'turn', turn: turn('a', 0, '下水道堵了') }))
  fold_event(state, event(null, { type: 'partial', partial }))
  expect(state.calls['c1']?.partials).toEqual([])
  expect(state.calls['c1']?.turns.map((t) => t.text)).toEqual(['下水道堵了'])
})

test('a partial without words takes back the one before it, and leaves the other side alone', () => {
  const state = empty_state()
  fold_snapshot(state, { call: call() })
  const partial = (channel: 'caller' | 'agent', text: string): EventKind => ({
    type: 'partial',
    partial: { turn_id: channel, channel, start_sample: 0, text },
  })
  fold_event(state, event(null, partial('caller', '下水')))
  fold_event(state, event(null, partial('agent', '您好')))
  fold_event(state, event(null, partial('caller', '')))
  expect(state.calls['c1']?.partials.map((known) => known.text)).toEqual(['您好'])
})

test('an older draft or an older state of the call never comes back', () => {
  const state = empty_state()
  fold_snapshot(state, { call: call({ state: 'ended', revision: 9 }), draft: draft(5) })
  fold_event(state, event(1, { type: 'draft', draft: draft(4) }))
  fold_event(state, event(2, { type: 'call', call: call({ state: 'talking', revision: 8 }) }))
  expect(state.calls['c1']?.draft?.revision).toBe(5)
  expect(state.calls['c1']?.call.state).toBe('ended')
})

test('a closed recording is taken although the call had already ended', () => {
  const state = empty_state()
  fold_snapshot(state, { call: call({ state: 'ended', revision: 9 }) })
  const recording = { state: 'closed', samples: 8000, sha256: 'ab', recovered: false } as const
  fold_event(state, event(1, { type: 'call', call: call({ state: 'ended', recording, revision: 10 }) }))
  expect(state.calls['c1']?.call.recording).toEqual(recording)
})

test('a pause of the recording is known once, and in its place', () => {
  const state = empty_state()
  const pause = (start_sample: number) =>
    ({ call_id: 'c1', start_sample, end_sample: start_sample + 8000, reason: 'payment', by: 'u1' }) as const
  fold_snapshot(state, { call: call(), pauses: [pause(40_000)] })
  fold_event(state, event(1, { type: 'unrecorded', pause: pause(8_000) }))
  fold_event(state, event(2, { type: 'unrecorded', pause: pause(40_000) }))
  expect(state.calls['c1']?.pauses.map((known) => known.start_sample)).toEqual([8_000, 40_000])
})

test('who supervises a call is known once, in the order of time', () => {
  const state = empty_state()
  const supervision = (second: number, to: 'listening' | 'left') =>
    ({ call_id: 'c1', by: 'u2', by_name: '周敏', at: `2026-11-23T10:00:0${second}Z`, state: to }) as const
  fold_snapshot(state, { call: call(), supervisions: [supervision(1, 'listening')] })
  fold_event(state, event(1, { type: 'supervision', supervision: supervision(3, 'left') }))
  fold_event(state, event(2, { type: 'supervision', supervision: supervision(1, 'listening') }))
  expect(state.calls['c1']?.supervisions.map((known) => known.state)).toEqual(['listening', 'left'])
})

test('a seat is shown in its latest state, whatever comes first', () => {
  const state = empty_state()
  const seat = (extension: string, second: number, now: 'ready' | 'talking') =>
    ({ extension, agent: 'u1', agent_name: '王芳', kind: 'phone', state: now, since: `2026-11-22T08:00:0${second}Z` }) as const
  fold_event(state, event(1, { type: 'seat', seat: seat('8001', 5, 'talking') }))
  fold_seats(state, [seat('8001', 2, 'ready'), seat('8002', 2, 'ready')])
  expect(state.seats.map((one) => [one.extension, one.state])).toEqual([['8001', 'talking'], ['8002', 'ready']])
  fold_event(state, event(2, { type: 'seat', seat: seat('8001', 9, 'ready') }))
  expect(state.seats[0]?.state).toBe('ready')
})

test('words of a call that is not known ask for its snapshot', () => {
  const state = empty_state()
  expect(fold_event(state, event(1, { type: 'turn', turn: turn('a', 0) }))).toBe(false)
  expect(fold_event(state, event(2, { type: 'call', call: call() }))).toBe(true)
})

test('a part that works again is no longer shown as failing', () => {
  const state = empty_state()
  fold_event(state, event(1, { type: 'degraded', part: 'recorder', failing: true }))
  fold_event(state, event(2, { type: 'degraded', part: 'recogniser_lag', failing: true }))
  fold_event(state, event(3, { type: 'degraded', part: 'recorder', failing: false }))
  expect(state.failing).toEqual(['recogniser_lag'])
})

test('what calls left to do is kept in its order until it is done', () => {
  const left = (call_id: string, since: string, now: FollowUp['state'] = 'open'): FollowUp => ({
    call_id,
    kind: 'message',
    caller_number: '13800006921',
    called_number: '12345',
    since,
    state: now,
    attempts: 0,
  })
  const state = empty_state()
  const fold = (seq: number, follow_up: FollowUp) => fold_event(state, event(seq, { type: 'follow_up', follow_up }))
  fold(1, left('late', '2026-11-22T09:00:00Z'))
  fold(2, left('early', '2026-11-22T08:00:00Z'))
  fold(3, left('late', '2026-11-22T09:00:00Z', 'taken'))
  expect(state.follow_ups.map(({ call_id, state: now }) => [call_id, now])).toEqual([['early', 'open'], ['late', 'taken']])
  fold(4, left('early', '2026-11-22T08:00:00Z', 'done'))
  expect(state.follow_ups.map(({ call_id }) => call_id)).toEqual(['late'])
})
