// Writing one call's ticket: the draft as the person sees it, their changes, and its confirmation.

import { computed, ref, type Ref } from 'vue'
import { api, ask, type Failure } from '@/api/client'
import type { CategoryGuess, FieldKey, Ticket } from '@/api/types'
import { field_state } from '@/draft/fields'
import { useLive } from '@/live/live'

export const useWriting = (call_id: Ref<string | undefined>) => {
  const { state, queue, load_call } = useLive()

  const view = computed(() => (call_id.value ? state.calls[call_id.value] : undefined))
  const draft = computed(() => {
    const id = call_id.value
    const known = view.value?.draft ?? null
    return id && queue.value ? queue.value.overlay(known, id) : known
  })
  const pending = computed(() => (queue.value?.pending.value ?? []).filter((edit) => edit.call_id === call_id.value))
  const revision = (): number => view.value?.draft?.revision ?? 0

  const typed = (field: FieldKey, value: string): void => {
    if (call_id.value) queue.value?.type(call_id.value, revision(), field, value)
  }
  const left = (field: FieldKey): void => {
    if (call_id.value) queue.value?.commit(call_id.value, field)
  }
  const chosen = (field: FieldKey, value: string): void => {
    const now = draft.value?.fields[field]
    // To choose again what the machine doubted says that it is right.
    if (!call_id.value || (now?.value === value && field_state(now) !== 'doubtful')) return
    // A chosen category brings its department along; the service does that.
    queue.value?.set(call_id.value, revision(), field, value)
  }
  const take = (guess: CategoryGuess): void => chosen('category', guess.code)

  const confirming = ref(false)
  const failure = ref<Failure | null>(null)

  /** Sends what is still typed, then confirms what the person sees. */
  const confirm = async (): Promise<Ticket | null> => {
    const id = call_id.value
    if (!id || confirming.value) return null
    confirming.value = true
    failure.value = null
    try {
      const sent = (await queue.value?.flush(id)) ?? true
      if (!sent) {
        failure.value = { code: 'unreachable', fields: [], retry_after_s: null }
        return null
      }
      const result = await ask(
        api.POST('/api/calls/{id}/confirm', { params: { path: { id } }, body: { on_revision: revision() } }),
      )
      if (result.ok) return result.value
      failure.value = result.failure
      // Show what the service knows and we did not.
      if (result.failure.code === 'draft_changed' || result.failure.code === 'already_confirmed') void load_call(id)
      return null
    } finally {
      confirming.value = false
    }
  }

  return { view, draft, pending, typed, left, chosen, take, confirm, confirming, failure }
}
