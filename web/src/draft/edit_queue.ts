// What a person typed, from the key press until the service has it.
//
// An edit is shown at once, written to the tab's session storage at once, and sent in order. A lost network keeps it
// waiting; a reload finds it again; its identity makes sending it twice one edit.

import { ref, type Ref } from 'vue'
import type { Failure } from '@/api/client'
import type { Draft, FieldKey } from '@/api/types'

export interface PendingEdit {
  id: string
  call_id: string
  on_revision: number
  field: FieldKey
  value: string
  // False while the person still types.
  ready: boolean
  // True once it was sent, though perhaps not received: from then on its value may not change, since the service
  // takes a second one with the same identity for a repetition.
  sent: boolean
}

export type SendOutcome =
  | { kind: 'accepted'; draft: Draft }
  // The service will never take it, and why.
  | { kind: 'refused'; code: Failure['code'] }
  // Nobody answered, or not in a way that says anything about the edit.
  | { kind: 'unreachable' }

export interface EditQueueParts {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  // Of one person: the next who signs in at this tab must not send another's edits.
  storage_key: string
  send: (edit: PendingEdit) => Promise<SendOutcome>
  accepted: (draft: Draft) => void
  refused: (edit: PendingEdit, code: Failure['code']) => void
  new_id: () => string
  later: (action: () => void, delay_ms: number) => void
}

const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 15_000

export class EditQueue {
  readonly pending: Ref<PendingEdit[]>
  /** True while edits wait for a service that cannot be reached. */
  readonly waiting = ref(false)
  private sending: string | null = null
  private closed = false
  private retry_ms = FIRST_RETRY_MS
  private idle_waiters: (() => void)[] = []

  constructor(private readonly parts: EditQueueParts) {
    // What was still being typed when the page went away counts as typed.
    this.pending = ref(this.restore().map((edit) => ({ ...edit, ready: true })))
    void this.pump()
  }

  /** Keeps what is in a field while it is being typed. */
  type(call_id: string, on_revision: number, field: FieldKey, value: string): void {
    const open = this.pending.value.find(
      (edit) => edit.call_id === call_id && edit.field === field && !edit.sent,
    )
    if (open) {
      open.value = value
      open.ready = false
    } else {
      const id = this.parts.new_id()
      this.pending.value.push({ id, call_id, on_revision, field, value, ready: false, sent: false })
    }
    this.store()
  }

  /** The person left the field: send what was typed. */
  commit(call_id: string, field: FieldKey): void {
    for (const edit of this.pending.value) {
      if (edit.call_id === call_id && edit.field === field) edit.ready = true
    }
    this.store()
    void this.pump()
  }

  /** A whole value at once: a choice, or a suggestion taken. */
  set(call_id: string, on_revision: number, field: FieldKey, value: string): void {
    this.type(call_id, on_revision, field, value)
    this.commit(call_id, field)
  }

  /** Sends everything typed for a call. True where nothing of it is left. */
  async flush(call_id: string): Promise<boolean> {
    for (const edit of this.pending.value) if (edit.call_id === call_id) edit.ready = true
    void this.pump()
    while (this.sending !== null) await new Promise<void>((resolve) => this.idle_waiters.push(resolve))
    return !this.pending.value.some((edit) => edit.call_id === call_id)
  }

  /** Sends nothing more; what is left stays in the storage for the same person's next sign-in. */
  close(): void {
    this.closed = true
  }

  /** Tries again at once: the network came back. */
  resume(): void {
    void this.pump()
  }

  /** The draft with everything on top that the service does not have yet. */
  overlay(draft: Draft | null, call_id: string): Draft | null {
    const own = this.pending.value.filter((edit) => edit.call_id === call_id)
    if (own.length === 0) return draft
    const base: Draft = draft ?? { call_id, revision: 0, fields: {}, categories: [] }
    const fields = { ...base.fields }
    for (const { field, value } of own) {
      fields[field] = { value, confidence: 1, filled_by: 'agent', evidence: [], reason: '' }
    }
    return { ...base, fields }
  }

  private async pump(): Promise<void> {
    if (this.sending !== null) return
    while (!this.closed) {
      const edit = this.pending.value.find((candidate) => candidate.ready)
      if (!edit) break
      this.sending = edit.id
      edit.sent = true
      this.store()
      const outcome = await this.parts.send({ ...edit })
      this.sending = null
      if (outcome.kind === 'unreachable') {
        this.waiting.value = true
        this.parts.later(() => void this.pump(), this.retry_ms)
        this.retry_ms = Math.min(this.retry_ms * 2, LAST_RETRY_MS)
        break
      }
      this.waiting.value = false
      this.retry_ms = FIRST_RETRY_MS
      // The draft first, or the field would show the old value for a moment.
      if (outcome.kind === 'accepted') this.parts.accepted(outcome.draft)
      this.pending.value = this.pending.value.filter((known) => known.id !== edit.id)
      this.store()
      if (outcome.kind === 'refused') this.parts.refused(edit, outcome.code)
    }
    for (const resolve of this.idle_waiters.splice(0)) resolve()
  }

  private store(): void {
    if (this.pending.value.length === 0) this.parts.storage.removeItem(this.parts.storage_key)
    else this.parts.storage.setItem(this.parts.storage_key, JSON.stringify(this.pending.value))
  }

  private restore(): PendingEdit[] {
    const kept = this.parts.storage.getItem(this.parts.storage_key)
    if (!kept) return []
    try {
      const edits: unknown = JSON.parse(kept)
      return Array.isArray(edits) ? (edits as PendingEdit[]) : []
    } catch {
      // Not ours: nothing to send.
      return []
    }
  }
}
