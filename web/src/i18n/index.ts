// Chinese first, English by one switch; every key is checked by the compiler.

import { computed } from 'vue'
import { createI18n, useI18n } from 'vue-i18n'
import type { LocalName } from '@/api/types'
import { en } from './en'
import { zh, type Messages } from './zh'

export type Language = 'zh' | 'en'

type Paths<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}` }[keyof T & string]
export type MessageKey = Paths<Messages>

const KEPT_AS = 'jiesu.language'

const kept = (): Language => (window.localStorage.getItem(KEPT_AS) === 'en' ? 'en' : 'zh')

const mark_page = (language: Language): void => {
  // Chooses the right shapes of shared Chinese characters, and the voice of a screen reader.
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}

export const i18n = createI18n({ legacy: false, locale: kept(), fallbackLocale: 'zh', messages: { zh, en } })
mark_page(kept())

export const useWords = () => {
  const { t, locale } = useI18n({ useScope: 'global' })
  const language = computed<Language>(() => (locale.value === 'en' ? 'en' : 'zh'))
  return {
    t: (key: MessageKey, values: Record<string, string | number> = {}): string => t(key, values),
    language,
    name_of: (name: LocalName): string => name[language.value],
    switch_language: (): void => {
      const next = language.value === 'zh' ? 'en' : 'zh'
      locale.value = next
      window.localStorage.setItem(KEPT_AS, next)
      mark_page(next)
    },
  }
}
