// Where the samples of a recording stand in its file (RIFF WAVE, 16-bit PCM, caller left, agent right).

export const SAMPLE_RATE_HZ = 8_000

export interface WavLayout {
  data_offset_bytes: number
  channels: number
  sample_rate_hz: number
  frame_bytes: number
}

const tag = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))

const PCM = 1
// A header of a file that is still open may give any length; only the places are read.
const EXTENSIBLE = 0xfffe

/** Reads a file's first bytes. Nothing where it is not a 16-bit PCM WAV. */
export const read_layout = (head: ArrayBuffer): WavLayout | null => {
  const view = new DataView(head)
  if (view.byteLength < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') return null
  let layout: Omit<WavLayout, 'data_offset_bytes'> | null = null
  let at = 12
  while (at + 8 <= view.byteLength) {
    const name = tag(view, at)
    const body = at + 8
    if (name === 'data') return layout && { ...layout, data_offset_bytes: body }
    const length = view.getUint32(at + 4, true)
    if (name === 'fmt ' && body + 16 <= view.byteLength) {
      const format = view.getUint16(body, true)
      if ((format !== PCM && format !== EXTENSIBLE) || view.getUint16(body + 14, true) !== 16) return null
      layout = {
        channels: view.getUint16(body + 2, true),
        sample_rate_hz: view.getUint32(body + 4, true),
        frame_bytes: view.getUint16(body + 12, true),
      }
    }
    at = body + length + (length % 2)
  }
  return null
}

/** One channel of interleaved 16-bit frames, -1 to 1. */
export const channel_of = (frames: ArrayBuffer, layout: WavLayout, channel: number): Float32Array<ArrayBuffer> => {
  const view = new DataView(frames)
  const count = Math.floor(view.byteLength / layout.frame_bytes)
  const samples = new Float32Array(count)
  for (let i = 0; i < count; i += 1) {
    samples[i] = view.getInt16(i * layout.frame_bytes + channel * 2, true) / 32_768
  }
  return samples
}

/** The loudest sample of each of `count` equal stretches, for a picture of the sound. */
export const peaks = (samples: Float32Array, count: number): number[] => {
  const stretch = samples.length / count
  return Array.from({ length: count }, (_, i) => {
    let loudest = 0
    const end = Math.min(samples.length, Math.ceil((i + 1) * stretch))
    for (let at = Math.floor(i * stretch); at < end; at += 1) {
      const size = Math.abs(samples[at] ?? 0)
      if (size > loudest) loudest = size
    }
    return loudest
  })
}
