// Plays a moment of a recording: the words behind a field, a turn, a search hit. One at a time.

import { readonly, ref } from 'vue'
import { SoundError, fetch_sound, type SoundFailure } from './recording'
import { SAMPLE_RATE_HZ } from './wav'

export interface Moment {
  call_id: string
  start_sample: number
  end_sample: number
}

// Recognised word times are good to about a tenth of a second; a little more on either side is kinder to the ear.
const MARGIN_SAMPLES = SAMPLE_RATE_HZ / 4

const current = ref<Moment | null>(null)
const failure = ref<SoundFailure | null>(null)

let context: AudioContext | null = null
let source: AudioBufferSourceNode | null = null
let newest = 0

const stop = (): void => {
  newest += 1
  source?.stop()
  source = null
  current.value = null
}

const play = async (moment: Moment): Promise<void> => {
  stop()
  const mine = newest
  current.value = moment
  failure.value = null
  try {
    const sound = await fetch_sound(
      moment.call_id,
      Math.max(0, moment.start_sample - MARGIN_SAMPLES),
      moment.end_sample + MARGIN_SAMPLES,
    )
    // Another moment was asked for meanwhile.
    if (mine !== newest) return
    const length = sound.channels[0]?.length ?? 0
    if (length === 0) throw new SoundError('no_recording')
    context ??= new AudioContext()
    void context.resume()
    // Both sides in both ears: with one earphone off nothing may be missed.
    const buffer = context.createBuffer(1, length, sound.sample_rate_hz)
    const mixed = buffer.getChannelData(0)
    for (const channel of sound.channels) channel.forEach((sample, i) => (mixed[i] = (mixed[i] ?? 0) + sample))
    const node = context.createBufferSource()
    node.buffer = buffer
    node.connect(context.destination)
    node.onended = () => {
      if (mine === newest) current.value = null
    }
    source = node
    node.start()
  } catch (error) {
    if (mine !== newest) return
    current.value = null
    failure.value = error instanceof SoundError ? error.failure : 'unreadable'
  }
}

const same = (a: Moment, b: Moment): boolean =>
  a.call_id === b.call_id && a.start_sample === b.start_sample && a.end_sample === b.end_sample

/** The one player of moments; a second press on the same moment stops it. */
export const useClips = () => ({
  playing: readonly(current),
  failure,
  play,
  stop,
  toggle: (moment: Moment): void => {
    if (current.value && same(current.value, moment)) stop()
    else void play(moment)
  },
  is_playing: (moment: Moment | null): boolean =>
    moment !== null && current.value !== null && same(current.value, moment),
})

/** From the first to the last of some words; nothing where there are none. */
export const moment_of = (
  call_id: string,
  spans: { start_sample: number; end_sample: number }[],
): Moment | null => {
  const first = spans[0]
  // Evidence may lie minutes apart: play the first of it, joined with what follows at once.
  if (!first) return null
  let end_sample = first.end_sample
  for (const span of spans.slice(1)) {
    const near = span.start_sample - end_sample < 3 * SAMPLE_RATE_HZ && span.start_sample >= first.start_sample
    if (near) end_sample = Math.max(end_sample, span.end_sample)
  }
  return { call_id, start_sample: first.start_sample, end_sample }
}
