// What keeps the seat from being heard, where a person must do something about it or know of it.

export const SEAT_TROUBLES = ['insecure', 'refused', 'no_microphone', 'lost', 'elsewhere'] as const

export type SeatTrouble = (typeof SEAT_TROUBLES)[number]
