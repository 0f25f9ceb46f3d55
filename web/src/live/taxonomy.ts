// The hotline's categories and departments by their codes.

import { computed, ref } from 'vue'
import { api, ask } from '@/api/client'
import type { TaxonomyView } from '@/api/types'
import { category_label } from '@/draft/category_search'
import { useWords } from '@/i18n'

const taxonomy = ref<TaxonomyView | null>(null)
let asking: Promise<void> | null = null

// The service may put a newer one in force at any moment; a page that opens later asks again.
const FRESH_MS = 60_000
let asked_at = 0

/** Asks for the taxonomy, also where there is one already. */
export const load_taxonomy = (): Promise<void> =>
  (asking ??= ask(api.GET('/api/taxonomy')).then((result) => {
    if (result.ok) {
      taxonomy.value = result.value
      asked_at = Date.now()
    }
    // A failure is asked again by the next page.
    asking = null
  }))

export const useTaxonomy = () => {
  if (!taxonomy.value || Date.now() - asked_at > FRESH_MS) void load_taxonomy()
  const { name_of } = useWords()
  const kinds = computed(
    () => new Map((taxonomy.value?.classes ?? []).flatMap((cls) => cls.kinds.map((kind) => [kind.code, { cls, kind }]))),
  )
  const departments = computed(() => new Map((taxonomy.value?.departments ?? []).map((d) => [d.code, d])))
  // A code is shown only where it is all that is left of a name, never while the names are on their way.
  const unknown = (code: string): string => (taxonomy.value ? code : '…')
  return {
    taxonomy,
    /** `民生服务 / 物业管理`; the code itself where the taxonomy has changed since. */
    category_name: (code: string): string => {
      const found = kinds.value.get(code)
      return found ? category_label(name_of(found.cls.name), name_of(found.kind.name)) : unknown(code)
    },
    kind_name: (code: string): string => {
      const found = kinds.value.get(code)
      return found ? name_of(found.kind.name) : unknown(code)
    },
    /** What belongs to a category, in a sentence; nothing where the taxonomy does not say. */
    definition: (code: string): string => kinds.value.get(code)?.kind.definition ?? '',
    department_name: (code: string): string => {
      const found = departments.value.get(code)
      return found ? name_of(found.name) : unknown(code)
    },
  }
}
