// Why the machine wrote a value, in words. A reason is a message code with its argument: `keyword:下水道`.

import { useWords } from '@/i18n'

const KNOWN = ['keyword', 'digits', 'category'] as const

export const useReason = () => {
  const { t } = useWords()
  return (reason: string): string => {
    const at = reason.indexOf(':')
    const code = at < 0 ? reason : reason.slice(0, at)
    const argument = at < 0 ? '' : reason.slice(at + 1)
    const known = KNOWN.find((name) => name === code)
    return known ? t(`reason.${known}`, { argument }) : ''
  }
}
