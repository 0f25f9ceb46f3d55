// Words of a turn that goes on: those that stay as they are, and those that may still change.

import type { PartialTurn } from '@/api/types'

// A full stop after words that still go on says what is not so.
const UNFINISHED = /[。.，,]$/u

export const parts_of = (partial: PartialTurn): { sure: string; open: string } => {
  // The service counts characters, not the halves that a rare one has in this language.
  const characters = Array.from(partial.text)
  const committed = partial.committed ?? 0
  const sure = characters.slice(0, committed).join('')
  return { sure, open: characters.slice(committed).join('').replace(UNFINISHED, '') }
}
