// What a key press means for the call in the page, on whatever page of the desk one is.

import type { Key } from '@/desk/keys'

export type SeatAction = 'answer' | 'hang_up' | 'mute'

/** The keys as they are shown. */
export const SEAT_KEYS: Readonly<Record<SeatAction, string>> = { answer: 'F2', hang_up: 'F10', mute: 'Alt+V' }

/** The action of a key press; nothing where it belongs to the page, the input method or the browser. */
export const seat_action_of = (key: Key): SeatAction | null => {
  if (key.isComposing || key.metaKey || key.ctrlKey || key.shiftKey) return null
  if (key.altKey) return key.code === 'KeyV' ? 'mute' : null
  if (key.key === 'F2') return 'answer'
  if (key.key === 'F10') return 'hang_up'
  return null
}
