// How late words are, in whole seconds, while they are late: the service says when that begins and ends.

import { computed, onBeforeUnmount, watch, type ComputedRef } from 'vue'
import { useLive } from './live'

const ASK_EVERY_MS = 2_000

export const useLag = (): ComputedRef<number | null> => {
  const { state, status, ask_status } = useLive()
  const late = computed(() => state.failing.includes('recogniser_lag'))
  let asking: number | undefined
  watch(
    late,
    (is_late) => {
      window.clearInterval(asking)
      if (!is_late) return
      void ask_status()
      asking = window.setInterval(() => void ask_status(), ASK_EVERY_MS)
    },
    { immediate: true },
  )
  onBeforeUnmount(() => window.clearInterval(asking))
  return computed(() => (late.value ? Math.max(1, Math.round((status.value?.recogniser.lag_ms ?? 0) / 1_000)) : null))
}
