// The one store: calls, words and drafts as they are now, and what the person at this page changed.

import { computed, reactive, readonly, ref, shallowRef } from 'vue'
import { api, ask, type Failure } from '@/api/client'
import type { Draft, SeatStatus, ServiceStatus, User } from '@/api/types'
import { new_uuid } from '@/api/uuid'
import { EditQueue, type PendingEdit, type SendOutcome } from '@/draft/edit_queue'
import { empty_state, fold_event, fold_recurring, fold_seats, fold_snapshot, type CallView, type LiveState } from './fold'
import { follow_events, type StreamState } from './stream'

const state = reactive<LiveState>(empty_state())
const connection = ref<StreamState>('connecting')
// True after a connection came back, until the person has seen the line that says so.
const resumed = ref(false)
const status = ref<ServiceStatus | null>(null)
const queue = shallowRef<EditQueue | null>(null)
const refusals = ref<{ edit: PendingEdit; failure: Failure['code'] }[]>([])
const open_calls = new Set<string>()
let stop_following: (() => void) | null = null

const clear = (): void => {
  Object.assign(state, empty_state())
  status.value = null
  refusals.value = []
  open_calls.clear()
}

/** Asks for all of a call. Events keep it up to date from then on. */
const load_call = async (id: string): Promise<Failure | null> => {
  open_calls.add(id)
  const result = await ask(api.GET('/api/calls/{id}', { params: { path: { id } } }))
  if (!result.ok) return result.failure
  const { call, turns, draft, ticket, pauses, supervisions } = result.value
  fold_snapshot(state, { call, turns, draft, pauses, supervisions, ticket_id: ticket?.id ?? null, ticket_number: ticket?.number ?? null })
  return null
}

const load_desk = async (): Promise<void> => {
  const pages = await Promise.all([
    ask(api.GET('/api/calls', { params: { query: { limit: 30 } } })),
    ask(api.GET('/api/calls', { params: { query: { confirmed: false, limit: 30 } } })),
  ])
  for (const page of pages) {
    if (!page.ok) continue
    for (const { call, ticket_id, ticket_number } of page.value.items) {
      fold_snapshot(state, { call, ticket_id: ticket_id ?? null, ticket_number: ticket_number ?? null })
    }
  }
}

// The oldest first, since what is folded last stands first.
const load_recurring = async (): Promise<void> => {
  const result = await ask(api.GET('/api/recurring'))
  if (result.ok) for (const recurring of [...result.value].reverse()) fold_recurring(state, recurring)
}

// An event that came meanwhile may be newer than the answer: then it is asked again.
const load_follow_ups = async (): Promise<void> => {
  const before = state.follow_ups
  const result = await ask(api.GET('/api/follow_ups'))
  if (!result.ok) return
  if (state.follow_ups !== before) return load_follow_ups()
  state.follow_ups = [...result.value.items]
}

const load_seats = async (): Promise<void> => {
  const result = await ask(api.GET('/api/seats'))
  if (!result.ok) return
  // Also the order, which an event that came first does not tell.
  const known = state.seats
  state.seats = [...result.value.items]
  fold_seats(state, known)
  state.break_reasons = result.value.break_reasons
}

// How things are in numbers. What fails is told by events, which may be newer than the answer.
const ask_status = async (): Promise<ServiceStatus | null> => {
  const result = await ask(api.GET('/api/status'))
  if (!result.ok) return null
  status.value = result.value
  return result.value
}

const load_status = async (): Promise<void> => {
  const now = await ask_status()
  if (now) state.failing = [...now.degraded]
}

const send = async (edit: PendingEdit): Promise<SendOutcome> => {
  const { id, call_id, on_revision, field, value } = edit
  const result = await ask(
    api.PATCH('/api/calls/{id}/draft', {
      params: { path: { id: call_id } },
      body: { id, on_revision, field, value },
    }),
  )
  if (result.ok) return { kind: 'accepted', draft: result.value }
  const { code } = result.failure
  // These say nothing about the edit: it waits, also for the person to sign in again.
  const wait: readonly Failure['code'][] = ['unreachable', 'unavailable', 'internal', 'not_signed_in']
  return wait.includes(code) ? { kind: 'unreachable' } : { kind: 'refused', code }
}

const take_draft = (draft: Draft): void => {
  const view = state.calls[draft.call_id]
  if (view) fold_snapshot(state, { call: view.call, draft })
}

/** Begins to follow what happens, for one person. Does nothing where it already does. */
const start = (user: User): void => {
  if (stop_following) return
  const sees_calls = user.role === 'agent' || user.role === 'supervisor'
  if (sees_calls) {
    queue.value = new EditQueue({
      storage: window.sessionStorage,
      storage_key: `jiesu.edits.${user.id}`,
      send,
      accepted: take_draft,
      refused: (edit, failure) => refusals.value.push({ edit, failure }),
      new_id: new_uuid,
      later: (action, delay_ms) => void window.setTimeout(action, delay_ms),
    })
  }
  let opened_before = false
  stop_following = follow_events({
    last_seq: () => state.last_seq,
    state: (now) => (connection.value = now),
    opened: () => {
      resumed.value = opened_before
      opened_before = true
      void load_status()
      if (sees_calls) {
        void load_desk()
        void load_recurring()
        void load_seats()
        void load_follow_ups()
        for (const id of open_calls) void load_call(id)
      }
      queue.value?.resume()
    },
    event: (event) => {
      if (!fold_event(state, event) && event.call_id && sees_calls) void load_call(event.call_id)
    },
  })
}

const stop = (): void => {
  stop_following?.()
  stop_following = null
  queue.value?.close()
  queue.value = null
  clear()
}

const calls = computed<CallView[]>(() =>
  Object.values(state.calls).sort((a, b) => b.call.started_at.localeCompare(a.call.started_at)),
)

/** Calls that still want an agent: the live ones, then those that ended without a ticket; newest first in each. */
const waiting = computed<CallView[]>(() => {
  const open = calls.value.filter((view) => view.ticket_id === null && (view.call.direction !== 'outgoing' || view.call.state !== 'ended'))
  return [
    ...open.filter((view) => view.call.state !== 'ended'),
    ...open.filter((view) => view.call.state === 'ended' && view.call.bridged_at != null),
  ]
})

export const useLive = () => ({
  state,
  connection: readonly(connection),
  resumed,
  status: readonly(status),
  queue,
  refusals,
  calls,
  waiting,
  live_count: computed(() => calls.value.filter((view) => view.call.state !== 'ended').length),
  load_call,
  ask_status,
  load_status,
  take_seats: (seats: SeatStatus[]): void => fold_seats(state, seats),
  leave_call: (id: string): void => void open_calls.delete(id),
  start,
  stop,
})
