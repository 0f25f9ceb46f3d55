// Finding one category among hundreds: by code, by name, by a word that callers use. Pure.

import type { LocalName, TaxonomyView } from '@/api/types'

export interface CategoryEntry {
  code: string
  /** `民生服务 / 供水排水`, in the desk's language. */
  label: string
  definition: string
  /** What it is found by, the surest first. */
  codes: string
  names: string[]
  keywords: string[]
  above: string[]
}

export interface CategoryGroup {
  label: string
  entries: CategoryEntry[]
}

/** A class and a kind of it; once where both have one name. */
export const category_label = (cls: string, kind: string): string => (cls === kind ? kind : `${cls} / ${kind}`)

const bare = (text: string): string => text.toLowerCase().replace(/[\s\-.·/]/g, '')

/** The categories by class, in the taxonomy's order. */
export const category_groups = (taxonomy: TaxonomyView | null, name_of: (name: LocalName) => string): CategoryGroup[] => {
  const chapters = new Map((taxonomy?.chapters ?? []).map((chapter) => [chapter.code, chapter]))
  return (taxonomy?.classes ?? []).map((cls) => {
    const chapter = cls.chapter ? chapters.get(cls.chapter) : undefined
    const above = [cls, ...(chapter ? [chapter] : [])]
    return {
      label: [...above].reverse().map(({ name }) => name_of(name)).join(' / '),
      entries: cls.kinds.map((kind) => ({
        code: kind.code,
        label: category_label(name_of(cls.name), name_of(kind.name)),
        definition: kind.definition,
        codes: bare(kind.code),
        names: [kind.name.zh, kind.name.en].map(bare),
        keywords: kind.keywords.map(bare),
        above: above.flatMap(({ name }) => [name.zh, name.en]).map(bare),
      })),
    }
  })
}

const best = (texts: string[], term: string): number =>
  Math.min(...texts.map((text) => (text === term ? 0 : text.startsWith(term) ? 1 : text.includes(term) ? 2 : Infinity)))

/** How far an entry is from a term; `Infinity` where it has nothing of it. */
const distance = (entry: CategoryEntry, term: string): number => {
  if (entry.codes.startsWith(term)) return 0
  return Math.min(
    1 + best(entry.names, term),
    4 + best(entry.keywords, term),
    7 + best(entry.above, term),
    entry.definition.toLowerCase().includes(term) ? 10 : Infinity,
  )
}

/** The entries that have every term of a query, the nearest first; of equally near ones as the taxonomy has them. */
export const search_categories = (groups: CategoryGroup[], query: string, limit = 60): CategoryEntry[] => {
  const terms = query.trim().split(/\s+/).map(bare).filter((term) => term !== '')
  return groups
    .flatMap((group) => group.entries)
    .map((entry) => ({ entry, far: terms.reduce((sum, term) => sum + distance(entry, term), 0) }))
    .filter(({ far }) => far < Infinity)
    .sort((one, other) => one.far - other.far)
    .slice(0, limit)
    .map(({ entry }) => entry)
}
