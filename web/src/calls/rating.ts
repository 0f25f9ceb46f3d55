// What a citizen pressed at the end of a talk, in words.

import type { MessageKey } from '@/i18n'

const RATINGS = ['very_good', 'good', 'fair', 'bad', 'very_bad'] as const

/** The message for a key, 1 (best) to 5. */
export const rating_message = (key: number): MessageKey => `call.rating.${RATINGS[key - 1] ?? 'fair'}`
