// The hotline's categories and departments by their codes.

import { computed, ref } from 'vue'
import { api, ask } from '@/api/client'
import type { TaxonomyView } from '@/api/types'
import { useWords } from '@/i18n'

const taxonomy = ref<TaxonomyView | null>(null)
let asking: Promise<void> | null = null

const load = (): Promise<void> =>
  (asking ??= ask(api.GET('/api/taxonomy')).then((result) => {
    if (result.ok) taxonomy.value = result.value
    // A failure is asked again by the next page.
    else asking = null
  }))

export const useTaxonomy = () => {
  if (!taxonomy.value) void load()
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
      return found ? `${name_of(found.cls.name)} / ${name_of(found.kind.name)}` : unknown(code)
    },
    department_name: (code: string): string => {
      const found = departments.value.get(code)
      return found ? name_of(found.name) : unknown(code)
    },
  }
}
