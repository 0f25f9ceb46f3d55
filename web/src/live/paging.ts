// A list that is asked for page by page, where only the newest question counts.

import { ref, shallowRef } from 'vue'
import type { Failure, Result } from '@/api/client'

interface Page<T> {
  items: T[]
  next?: string | null
}

export const usePages = <T>(fetch_page: (before: string | undefined) => Promise<Result<Page<T>>>) => {
  const items = shallowRef<T[]>([])
  const next = ref<string | null>(null)
  const loading = ref(false)
  const failure = ref<Failure | null>(null)
  const loaded = ref(false)
  let newest = 0

  const take = async (before: string | undefined): Promise<void> => {
    const mine = (newest += 1)
    loading.value = true
    const result = await fetch_page(before)
    if (mine !== newest) return
    loading.value = false
    if (!result.ok) {
      failure.value = result.failure
      return
    }
    failure.value = null
    loaded.value = true
    items.value = before ? [...items.value, ...result.value.items] : result.value.items
    next.value = result.value.next ?? null
  }

  return {
    items,
    next,
    loading,
    loaded,
    failure,
    reload: () => take(undefined),
    more: () => take(next.value ?? undefined),
  }
}
