// Moments and lengths as people read them.

import { SAMPLE_RATE_HZ } from '@/sound/wav'
import { useWords } from './index'

/** `02:13`, or `1:02:13` beyond the hour. */
export const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (n: number): string => String(n).padStart(2, '0')
  const minutes = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${minutes}` : minutes
}

/** A moment of a recording. */
export const sample_clock = (sample: number): string => clock(sample / SAMPLE_RATE_HZ)

export const seconds_between = (from: string, to: string | number): number =>
  (new Date(to).getTime() - new Date(from).getTime()) / 1000

export const useTimes = () => {
  const { language } = useWords()
  return {
    /** Date and time, in the language of the page and the zone of the machine. */
    moment: (iso: string): string =>
      new Intl.DateTimeFormat(language.value === 'zh' ? 'zh-CN' : 'en-GB', {
        month: 'numeric',
        day: 'numeric',
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hour12: false,
      }).format(new Date(iso)),
    /** The time of day, with seconds. */
    time_of_day: (iso: string): string => new Date(iso).toLocaleTimeString(language.value === 'zh' ? 'zh-CN' : 'en-GB', { hour12: false }),
  }
}
