// A call's recording as bytes by range, also while it is still being written.

import { channel_of, read_layout, type WavLayout } from './wav'

export type SoundFailure = 'no_recording' | 'not_allowed' | 'unreadable' | 'unreachable'

export class SoundError extends Error {
  constructor(readonly failure: SoundFailure) {
    super(failure)
  }
}

const HEAD_BYTES = 4_096

export const recording_url = (call_id: string): string => `/api/calls/${encodeURIComponent(call_id)}/recording`

// The layout never changes while a recording grows.
const layouts = new Map<string, WavLayout>()

const fetch_bytes = async (call_id: string, from: number, to: number): Promise<ArrayBuffer> => {
  let response: Response
  try {
    response = await fetch(recording_url(call_id), { headers: { Range: `bytes=${from}-${to}` } })
  } catch {
    throw new SoundError('unreachable')
  }
  if (response.status === 403 || response.status === 401) throw new SoundError('not_allowed')
  if (response.status === 404 || response.status === 416) throw new SoundError('no_recording')
  if (!response.ok) throw new SoundError('unreachable')
  const body = await response.arrayBuffer()
  // A proxy may drop the range and send everything.
  return response.status === 200 ? body.slice(from, to + 1) : body
}

const layout_of = async (call_id: string): Promise<WavLayout> => {
  const known = layouts.get(call_id)
  if (known) return known
  const layout = read_layout(await fetch_bytes(call_id, 0, HEAD_BYTES - 1))
  if (!layout) throw new SoundError('unreadable')
  layouts.set(call_id, layout)
  return layout
}

export interface Sound {
  // One per channel of the file: caller, agent.
  channels: Float32Array<ArrayBuffer>[]
  sample_rate_hz: number
}

const MAX_FRAMES = 2 ** 28

/** The sound between two moments of a call; to the end where `end_sample` is not given. */
export const fetch_sound = async (call_id: string, start_sample: number, end_sample?: number): Promise<Sound> => {
  const layout = await layout_of(call_id)
  const from = layout.data_offset_bytes + Math.max(0, start_sample) * layout.frame_bytes
  const to = layout.data_offset_bytes + (end_sample ?? MAX_FRAMES) * layout.frame_bytes - 1
  const frames = await fetch_bytes(call_id, from, to)
  return {
    channels: Array.from({ length: layout.channels }, (_, channel) => channel_of(frames, layout, channel)),
    sample_rate_hz: layout.sample_rate_hz,
  }
}
