// Why the machine wrote a value, in words. A reason is a message code with its argument: `keyword:下水道`.

import { useWords } from '@/i18n'
import { useTaxonomy } from '@/live/taxonomy'

const KNOWN = [
  'said',
  'keyword',
  'rule',
  'category',
  'digits',
  'corrected',
  'read_back',
  'place',
  'composed',
] as const

export const useReason = () => {
  const { t } = useWords()
  const { category_name } = useTaxonomy()
  return (reason: string): string => {
    const at = reason.indexOf(':')
    const code = at < 0 ? reason : reason.slice(0, at)
    const argument = at < 0 ? '' : reason.slice(at + 1)
    const known = KNOWN.find((name) => name === code)
    if (!known) return ''
    return t(`reason.${known}`, { argument: known === 'category' ? category_name(argument) : argument })
  }
}
