import { expect, test } from 'vitest'
import { channel_of, peaks, read_layout } from './wav'

const bytes_of = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0))
const u32 = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >>> 24) & 255]
const u16 = (n: number): number[] => [n & 255, (n >> 8) & 255]

const format = (code: number): number[] => [
  ...bytes_of('fmt '),
  ...u32(16),
  ...u16(code),
  ...u16(2),
  ...u32(8000),
  ...u32(32000),
  ...u16(4),
  ...u16(16),
]

const wav = (...chunks: number[][]): ArrayBuffer =>
  new Uint8Array([...bytes_of('RIFF'), ...u32(0), ...bytes_of('WAVE'), ...chunks.flat()]).buffer

test('the samples are found behind a chunk of odd length, whatever length the open file states', () => {
  const list = [...bytes_of('LIST'), ...u32(3), 1, 2, 3, 0]
  const layout = read_layout(wav(format(1), list, [...bytes_of('data'), ...u32(0)]))
  expect(layout).toEqual({ data_offset_bytes: 56, channels: 2, sample_rate_hz: 8000, frame_bytes: 4 })
})

test('A-law, half a header and other files are refused', () => {
  const data = [...bytes_of('data'), ...u32(0)]
  expect(read_layout(wav(format(6), data))).toBeNull()
  expect(read_layout(wav(format(1)))).toBeNull()
  expect(read_layout(new Uint8Array(bytes_of('<!doctype html>')).buffer)).toBeNull()
})

test('channels are taken apart and their peaks kept', () => {
  const layout = { data_offset_bytes: 44, channels: 2, sample_rate_hz: 8000, frame_bytes: 4 }
  const frames = new Int16Array([16384, 0, -32768, 8192, 0, 0, 0, -16384]).buffer
  expect(Array.from(channel_of(frames, layout, 0))).toEqual([0.5, -1, 0, 0])
  expect(peaks(channel_of(frames, layout, 1), 2)).toEqual([0.25, 0.5])
})
