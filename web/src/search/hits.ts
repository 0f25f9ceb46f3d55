// Where searched words stand in a sentence.

export interface HitPiece {
  text: string
  hit: boolean
}

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Cuts a text at the words of a query, whatever their case. */
export const mark_hits = (text: string, query: string): HitPiece[] => {
  const words = query.split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return [{ text, hit: false }]
  // The longest first, or a word would hide a longer one that begins with it.
  const pattern = [...words].sort((a, b) => b.length - a.length).map(escaped).join('|')
  return text
    .split(new RegExp(`(${pattern})`, 'giu'))
    .map((piece, i) => ({ text: piece, hit: i % 2 === 1 }))
    .filter((piece) => piece.text !== '')
}
