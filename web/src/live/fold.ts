// What is known of every call, folded from snapshots (GET) and events (SSE).
//
// Both may arrive in any order, late or twice: a page subscribes first and asks for the snapshot second, so that
// nothing falls between. Every rule below therefore only moves forward: a turn is kept by its identity, a draft
// and a call by their revision. Applying the same thing again changes nothing.

import type { Call, Degradation, Draft, Event, FollowUp, PartialTurn, RecordingPause, Recurring, SeatStatus, Supervision, Turn } from '@/api/types'

export interface CallView {
  call: Call
  turns: Turn[]
  partials: PartialTurn[]
  draft: Draft | null
  ticket_id: string | null
  ticket_number: string | null
  // The parts that were kept out of recording and words.
  pauses: RecordingPause[]
  // Which supervisors were in it, and how; known to supervisors.
  supervisions: Supervision[]
  // True once the turns of a snapshot are in: before, the words on the page may be only the last ones.
  complete: boolean
}

export interface LiveState {
  calls: { [id: string]: CallView }
  failing: Degradation[]
  // Matters on which several tickets came in within days, the newest first.
  recurring: Recurring[]
  // What calls left to do, the oldest first.
  follow_ups: FollowUp[]
  // In the order of the settings.
  seats: SeatStatus[]
  // Why breaks are taken here.
  break_reasons: string[]
  // The newest stored event that was folded.
  last_seq: number
  // Rises with each ticket event, for lists that must ask again.
  ticket_changes: number
}

export interface Snapshot {
  call: Call
  turns?: Turn[]
  draft?: Draft | null
  ticket_id?: string | null
  ticket_number?: string | null
  pauses?: RecordingPause[]
  supervisions?: Supervision[]
}

export const empty_state = (): LiveState => ({ calls: {}, failing: [], recurring: [], follow_ups: [], seats: [], break_reasons: [], last_seq: 0, ticket_changes: 0 })

const view_of = (state: LiveState, call: Call): CallView => {
  const known = state.calls[call.id]
  if (known) return known
  const view: CallView = {
    call,
    turns: [],
    partials: [],
    draft: null,
    ticket_id: null,
    ticket_number: null,
    pauses: [],
    supervisions: [],
    complete: false,
  }
  state.calls[call.id] = view
  // Read back through the state: where that is reactive, this is the reactive view.
  return state.calls[call.id] ?? view
}

const fold_call = (state: LiveState, call: Call): CallView => {
  const view = view_of(state, call)
  if ((call.revision ?? 0) >= (view.call.revision ?? 0)) view.call = call
  if (view.call.state === 'ended') view.partials = []
  return view
}

const fold_turn = (view: CallView, turn: Turn): void => {
  view.partials = view.partials.filter((partial) => partial.turn_id !== turn.id)
  const at = view.turns.findIndex((known) => known.id === turn.id)
  if (at >= 0) {
    view.turns[at] = turn
    return
  }
  // Two channels finish in turn, not in order: a turn goes where it began.
  let place = view.turns.length
  while (place > 0 && (view.turns[place - 1]?.start_sample ?? 0) > turn.start_sample) place -= 1
  view.turns.splice(place, 0, turn)
}

const fold_partial = (view: CallView, partial: PartialTurn): void => {
  // A partial that lost the race against its final, or against the call's end, says nothing new.
  if (view.call.state === 'ended' || view.turns.some((turn) => turn.id === partial.turn_id)) return
  // One side speaks one turn at a time: a new one replaces what that side was saying.
  const others = view.partials.filter((known) => known.channel !== partial.channel)
  // Without words it takes back what was shown: that side said nothing after all.
  view.partials = partial.text.trim() === '' ? others : [...others, partial]
}

const fold_pause = (view: CallView, pause: RecordingPause): void => {
  const others = view.pauses.filter((known) => known.start_sample !== pause.start_sample)
  view.pauses = [...others, pause].sort((a, b) => a.start_sample - b.start_sample)
}

const fold_supervision = (view: CallView, supervision: Supervision): void => {
  const others = view.supervisions.filter((known) => known.at !== supervision.at)
  view.supervisions = [...others, supervision].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

const fold_draft = (view: CallView, draft: Draft): void => {
  if (!view.draft || draft.revision >= view.draft.revision) view.draft = draft
}

/** Takes in seats as they are, or were: a later state of a seat is not taken back. */
export const fold_seats = (state: LiveState, seats: SeatStatus[]): void => {
  for (const seat of seats) {
    const at = state.seats.findIndex((known) => known.extension === seat.extension)
    const known = state.seats[at]
    if (!known) state.seats.push(seat)
    else if (Date.parse(seat.since) >= Date.parse(known.since)) state.seats[at] = seat
  }
}

/** Takes in what a GET answered. */
export const fold_snapshot = (state: LiveState, snapshot: Snapshot): void => {
  const view = fold_call(state, snapshot.call)
  if (snapshot.turns) {
    for (const turn of snapshot.turns) fold_turn(view, turn)
    view.complete = true
  }
  for (const pause of snapshot.pauses ?? []) fold_pause(view, pause)
  for (const supervision of snapshot.supervisions ?? []) fold_supervision(view, supervision)
  if (snapshot.draft) fold_draft(view, snapshot.draft)
  view.ticket_id = snapshot.ticket_id ?? view.ticket_id
  view.ticket_number = snapshot.ticket_number ?? view.ticket_number
}

/** Takes in a matter that came up again: in place of the shorter lists of the same. */
export const fold_recurring = (state: LiveState, recurring: Recurring): void => {
  const others = state.recurring.filter((known) => !known.tickets.some((id) => recurring.tickets.includes(id)))
  const longer = state.recurring.find(
    (known) => known.tickets.length > recurring.tickets.length && known.tickets.some((id) => recurring.tickets.includes(id)),
  )
  state.recurring = [longer ?? recurring, ...others]
}

/** Takes in one event. Returns false where it concerns a call that is not known yet and must be asked for. */
export const fold_follow_up = (state: LiveState, now: FollowUp): void => {
  const others = state.follow_ups.filter((known) => known.call_id !== now.call_id)
  if (now.state !== 'done') others.push(now)
  state.follow_ups = others.sort((a, b) => a.since.localeCompare(b.since))
}

export const fold_event = (state: LiveState, event: Event): boolean => {
  if (event.seq != null) {
    // After a broken connection the service may send again what we had.
    if (event.seq <= state.last_seq) return true
    state.last_seq = event.seq
  }
  const kind = event.kind
  if (kind.type === 'call') {
    fold_call(state, kind.call)
    return true
  }
  if (kind.type === 'degraded') {
    const others = state.failing.filter((part) => part !== kind.part)
    state.failing = kind.failing ? [...others, kind.part] : others
    return true
  }
  if (kind.type === 'seat') {
    fold_seats(state, [kind.seat])
    return true
  }
  if (kind.type === 'follow_up') {
    fold_follow_up(state, kind.follow_up)
    return true
  }
  if (kind.type === 'recurring') {
    fold_recurring(state, kind.recurring)
    return true
  }
  if (kind.type === 'ticket') state.ticket_changes += 1
  const view = event.call_id ? state.calls[event.call_id] : undefined
  if (!view) return kind.type === 'ticket'
  switch (kind.type) {
    case 'partial':
      fold_partial(view, kind.partial)
      break
    case 'turn':
      fold_turn(view, kind.turn)
      break
    case 'draft':
      fold_draft(view, kind.draft)
      break
    case 'unrecorded':
      fold_pause(view, kind.pause)
      break
    case 'supervision':
      fold_supervision(view, kind.supervision)
      break
    case 'ticket':
      view.ticket_id = kind.ticket_id
      break
  }
  return true
}
