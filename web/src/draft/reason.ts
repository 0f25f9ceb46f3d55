// Why the machine wrote a value, in words. A reason is a message code with its argument: `keyword:下水道`.

import { useWords } from '@/i18n'
import { useTaxonomy } from '@/live/taxonomy'

const KNOWN = [
  'said',
  'keyword',
  'rule',
  'category',
  'specialist',
  'territory',
  'digits',
  'corrected',
  'read_back',
  'place',
  'sounds_like',
  'composed',
  'resolved',
  'spelled',
  'learnt',
  'identity',
] as const

// The rules that Jiesu comes with; a site's own rule is shown by the name that the site gave it.
const RULES = ['gas-leak', 'fire', 'danger-to-life', 'open-manhole', 'collapse', 'water', 'power', 'gas', 'heat'] as const

export const useReason = () => {
  const { t } = useWords()
  const { category_name } = useTaxonomy()
  const in_words = (code: (typeof KNOWN)[number], argument: string): string => {
    if (code === 'category') return category_name(argument)
    if (code === 'place' || code === 'sounds_like') return argument.split('/').join(' · ')
    const rule = code === 'rule' ? RULES.find((name) => name === argument) : undefined
    return rule ? t(`rule.${rule}`) : argument
  }
  return (reason: string): string => {
    const at = reason.indexOf(':')
    const code = at < 0 ? reason : reason.slice(0, at)
    const argument = at < 0 ? '' : reason.slice(at + 1)
    const known = KNOWN.find((name) => name === code)
    if (!known) return ''
    return t(`reason.${known}`, { argument: in_words(known, argument) })
  }
}
