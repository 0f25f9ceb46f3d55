// The agent's seat in the page: its microphone and speaker, its connection, and the call that rings or is talked there.

import { computed, readonly, ref, shallowRef, watch } from 'vue'
import { api, ask, type Failure } from '@/api/client'
import type { User } from '@/api/types'
import { useLive } from '@/live/live'
import { SeatConnection, type ConnectionState } from './connection'
import { audio_context, keep_choice, kept_choice, level_of, open_microphone, record, ring, type SoundChoice } from './sound'

/** How the seat's sound stands; `none`: this person has no seat in the page. */
export type SoundState = 'none' | 'asking' | 'insecure' | 'refused' | 'no_microphone' | ConnectionState

const CHECK_MS = 3_000
const LEVEL_EVERY_MS = 100

const live = useLive()
const extension = ref<string | null>(null)
const state = ref<SoundState>('none')
const choice = ref<SoundChoice>(kept_choice())
const muted = ref(false)
const levels = ref({ microphone: 0, speaker: 0 })
const devices = ref<{ microphones: MediaDeviceInfo[]; speakers: MediaDeviceInfo[] }>({ microphones: [], speakers: [] })
const check = ref<'idle' | 'recording' | 'playing'>('idle')
const failure = ref<Failure | null>(null)
const microphone = shallowRef<MediaStream | null>(null)

const speaker = new Audio()
speaker.autoplay = true
let connection: SeatConnection | null = null
let meters: { microphone?: ReturnType<typeof level_of>; speaker?: ReturnType<typeof level_of> } = {}
let leave: (() => void)[] = []

const status = computed(() => live.state.seats.find((seat) => seat.extension === extension.value) ?? null)
const ringing = computed(() => status.value?.state === 'ringing')
const talking = computed(() => status.value?.state === 'talking')
// Nothing where a supervisor is rung to listen in: others see this seat, too.
const call_id = computed(() => status.value?.call_id ?? null)

const hear = (stream: MediaStream): void => {
  speaker.srcObject = stream
  void speaker.play().catch(() => undefined)
  meters.speaker?.stop()
  meters.speaker = level_of(stream)
}

const exchange = async (offer: string): Promise<string | null> => {
  const result = await ask(api.POST('/api/seat/connection', { body: { offer } }))
  return result.ok ? result.value.answer : null
}

const list_devices = async (): Promise<void> => {
  const all = (await navigator.mediaDevices.enumerateDevices()).filter(({ deviceId }) => deviceId !== '')
  devices.value = {
    microphones: all.filter(({ kind }) => kind === 'audioinput'),
    speakers: all.filter(({ kind }) => kind === 'audiooutput'),
  }
}

const trouble_of = (error: unknown): SoundState => {
  const name = error instanceof DOMException ? error.name : ''
  return name === 'NotAllowedError' || name === 'SecurityError' ? 'refused' : 'no_microphone'
}

/** Opens the microphone that is chosen, and speaks by it. */
const open = async (): Promise<void> => {
  if (!window.isSecureContext || !('mediaDevices' in navigator)) {
    state.value = 'insecure'
    return
  }
  if (!connection) state.value = 'asking'
  let stream: MediaStream
  try {
    stream = await open_microphone(choice.value)
  } catch (error) {
    state.value = trouble_of(error)
    return
  }
  const track = stream.getAudioTracks()[0]
  if (!track || extension.value === null) return
  microphone.value?.getTracks().forEach((old) => old.stop())
  microphone.value = stream
  track.enabled = !muted.value
  // The microphone was pulled out: another one may be there.
  track.onended = () => void open()
  meters.microphone?.stop()
  meters.microphone = level_of(stream)
  await list_devices()
  if (connection) return connection.speak_by(track)
  connection = new SeatConnection(track, { exchange, heard: hear, state: (now) => (state.value = now) })
  await connection.connect()
}

const apply_speaker = async (): Promise<void> => {
  speaker.volume = choice.value.volume
  if ('setSinkId' in speaker) await speaker.setSinkId(choice.value.speaker).catch(() => undefined)
}

const choose = async (change: Partial<SoundChoice>): Promise<void> => {
  choice.value = { ...choice.value, ...change }
  keep_choice(choice.value)
  if ('microphone' in change || 'cleaning' in change) await open()
  await apply_speaker()
}

const mute = (): void => {
  muted.value = !muted.value
  for (const track of microphone.value?.getAudioTracks() ?? []) track.enabled = !muted.value
}

const told = async (answer: ReturnType<typeof ask<undefined>>): Promise<void> => {
  const result = await answer
  // Nothing rings any more: the caller gave up in the same moment, and the page is told so by itself.
  failure.value = result.ok || result.failure.code === 'not_found' ? null : result.failure
}
const answer = (): Promise<void> => told(ask(api.POST('/api/seat/answer')))
const hang_up = (): Promise<void> => told(ask(api.POST('/api/seat/hang_up')))

/** Records a few seconds and plays them back. */
const try_microphone = async (): Promise<void> => {
  if (!microphone.value || check.value !== 'idle') return
  check.value = 'recording'
  const address = await record(microphone.value, CHECK_MS)
  check.value = 'playing'
  const player = new Audio(address)
  player.volume = choice.value.volume
  if ('setSinkId' in player) await player.setSinkId(choice.value.speaker).catch(() => undefined)
  player.onended = player.onerror = () => {
    check.value = 'idle'
    URL.revokeObjectURL(address)
  }
  await player.play().catch(() => (check.value = 'idle'))
}

const stream_open = (): Promise<void> =>
  new Promise((done) => {
    const unwatch = watch(
      live.connection,
      (now) => {
        if (now !== 'open') return
        done()
        void Promise.resolve().then(() => unwatch())
      },
      { immediate: true },
    )
  })

const listen_to = (target: EventTarget, event: string, action: () => void): void => {
  target.addEventListener(event, action)
  leave.push(() => target.removeEventListener(event, action))
}

/** Takes the seat, where this person has one in the page. Does nothing where it is taken already. */
const start = async (user: User): Promise<void> => {
  if ((user.role !== 'agent' && user.role !== 'supervisor') || extension.value !== null) return
  const result = await ask(api.GET('/api/seat'))
  if (!result.ok) return
  extension.value = result.value.extension
  const timer = window.setInterval(() => {
    levels.value = { microphone: meters.microphone?.level() ?? 0, speaker: meters.speaker?.level() ?? 0 }
  }, LEVEL_EVERY_MS)
  leave.push(() => window.clearInterval(timer))
  listen_to(window, 'online', () => void connection?.renew())
  // The person's first touch lets the page sound.
  listen_to(window, 'pointerdown', () => void audio_context())
  listen_to(window, 'keydown', () => void audio_context())
  if ('mediaDevices' in navigator) listen_to(navigator.mediaDevices, 'devicechange', () => void list_devices())
  // The service stopped and is there again, or does not hear us, whatever this side believes.
  leave.push(watch(live.connection, (now, before) => now === 'open' && before === 'lost' && void connection?.renew()))
  leave.push(watch(() => status.value?.state, (now) => now === 'offline' && state.value === 'connected' && void connection?.renew()))
  leave.push(watch(ringing, (rings, _, cleanup) => rings && cleanup(ring(choice.value.volume))))
  await apply_speaker()
  // What the service tells of the seat must not be missed, such as that a call goes on there.
  await stream_open()
  await open()
}

const stop = (): void => {
  for (const action of leave) action()
  leave = []
  connection?.close()
  connection = null
  meters.microphone?.stop()
  meters.speaker?.stop()
  meters = {}
  microphone.value?.getTracks().forEach((track) => track.stop())
  microphone.value = null
  speaker.srcObject = null
  extension.value = null
  state.value = 'none'
}

export const useSeat = () => ({
  state: readonly(state),
  choice: readonly(choice),
  devices: readonly(devices),
  levels: readonly(levels),
  muted: readonly(muted),
  check: readonly(check),
  failure,
  ringing,
  talking,
  call_id,
  start,
  stop,
  open,
  connect: (): void => void connection?.renew(),
  choose,
  mute,
  answer,
  hang_up,
  try_microphone,
})
