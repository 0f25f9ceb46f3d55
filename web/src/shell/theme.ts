// Light for the day, dark for the night shift: the machine's own wish until a person chooses.

import { readonly, ref } from 'vue'

const KEPT_AS = 'jiesu.theme'

const wished = (): boolean => {
  const kept = window.localStorage.getItem(KEPT_AS)
  return kept ? kept === 'dark' : window.matchMedia('(prefers-color-scheme: dark)').matches
}

const dark = ref(wished())
const apply = (): void => void document.documentElement.classList.toggle('dark', dark.value)
apply()

export const useTheme = () => ({
  dark: readonly(dark),
  switch_theme: (): void => {
    dark.value = !dark.value
    window.localStorage.setItem(KEPT_AS, dark.value ? 'dark' : 'light')
    apply()
  },
})
