// The seats of whoever is signed in, and what may be asked for them: to take calls, or a break.

import { computed, ref } from 'vue'
import { api, ask, type Failure } from '@/api/client'
import type { SeatState, SeatStatus } from '@/api/types'
import { useLive } from './live'
import { usePerson } from './person'

// Where somebody has several seats, the one at which most is going on.
const BUSIEST: readonly SeatState[] = ['talking', 'ringing', 'wrap_up', 'break', 'ready', 'offline']

const failure = ref<Failure | null>(null)

/** Whether the seat takes no calls until somebody brings it back. */
export const is_away = (seat: SeatStatus): boolean => seat.state === 'break' || seat.state === 'offline'

export const useMySeat = () => {
  const { state, take_seats } = useLive()
  const { user } = usePerson()

  const seats = computed<SeatStatus[]>(() =>
    state.seats
      .filter((one) => one.agent === user.value?.id)
      .sort((a, b) => BUSIEST.indexOf(a.state) - BUSIEST.indexOf(b.state)),
  )

  const want = async (wished: 'ready' | 'break', reason?: string): Promise<void> => {
    const result = await ask(api.POST('/api/seat/state', { body: { state: wished, reason: reason ?? null } }))
    failure.value = result.ok ? null : result.failure
    if (result.ok) take_seats(result.value)
  }

  return {
    seats,
    seat: computed(() => seats.value[0] ?? null),
    failure,
    ready: (): Promise<void> => want('ready'),
    rest: (reason: string): Promise<void> => want('break', reason),
  }
}
