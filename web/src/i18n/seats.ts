// The states of a seat and the reasons of a break in words; a reason that is the city's own stands as it is written.

import type { SeatStatus } from '@/api/types'
import { useWords } from './index'

const REASONS = ['rest', 'meal', 'training', 'paperwork', 'no_answer', 'declined', 'unreachable'] as const

export const useSeatWords = () => {
  const { t } = useWords()
  const reason = (words: string): string => {
    const known = REASONS.find((one) => one === words)
    return known ? t(`break_reason.${known}`) : words
  }
  return {
    reason,
    /** `小休（用餐）`; during a call the reason is of the break after it. */
    words: ({ state, reason: why }: SeatStatus): string => {
      if (!why) return t(`seat_state.${state}`)
      const later = state === 'talking' || state === 'ringing'
      return t(later ? 'my_seat.then_break' : 'my_seat.because', { state: t(`seat_state.${state}`), reason: reason(why) })
    },
  }
}
