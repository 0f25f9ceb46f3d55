// Telephone numbers as a screen may show them to passers-by.

/** `13800006921` → `138****6921`; short numbers keep only their last two digits. */
export const mask_number = (number: string): string => {
  const characters = Array.from(number)
  if (characters.length === 0) return ''
  if (characters.length >= 11) {
    return `${characters.slice(0, characters.length - 8).join('')}****${characters.slice(-4).join('')}`
  }
  const shown = characters.length >= 7 ? 3 : Math.min(2, Math.floor(characters.length / 2))
  return `****${characters.slice(characters.length - shown).join('')}`
}
