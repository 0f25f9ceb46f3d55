// A failure in words: what happened and what to do.

import type { Failure } from '@/api/client'
import { useWords } from './index'

export const useFailureWords = () => {
  const { t, language } = useWords()
  return (failure: Failure): string =>
    t(`error.${failure.code}`, {
      fields: failure.fields.map((key) => t(`field.${key}`)).join(language.value === 'zh' ? '、' : ', '),
      seconds: failure.retry_after_s ?? 60,
    })
}
