// A day's figures as they are drawn and handed on: the bars of the chart, and the table for a spreadsheet.

import type { CallFigures, DayFigures, IntervalFigures } from '@/api/types'

export type Part = 'in_time' | 'late' | 'followed_up' | 'abandoned' | 'other'
export const PARTS: readonly Part[] = ['in_time', 'late', 'followed_up', 'abandoned', 'other']

/** What became of the calls that came to be answered; together they are all. */
export const parts_of = (calls: CallFigures): Record<Part, number> => ({
  in_time: calls.in_time,
  late: calls.answered - calls.in_time,
  followed_up: calls.followed_up,
  abandoned: calls.abandoned,
  other: calls.offered - calls.answered - calls.followed_up - calls.abandoned,
})

/** A share of all calls, 0 to 1; nothing where there were none. */
export const share = (count: number, calls: CallFigures): number | null => (calls.offered > 0 ? count / calls.offered : null)

/** The parts of the day from the first with a call on. */
export const used = (intervals: IntervalFigures[]): IntervalFigures[] => {
  const first = intervals.findIndex(({ calls }) => calls.offered > 0)
  return first < 0 ? [] : intervals.slice(first)
}

/** The time of day, in the city's zone and not this machine's, of a part of a day that began at `midnight`. */
export const time_of = (from: string, midnight: string): string => {
  const minutes = Math.round((new Date(from).getTime() - new Date(midnight).getTime()) / 60_000)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** The smallest round number that is not below a count, for the chart's top line. */
export const round_up = (count: number): number => {
  const steps = [1, 2, 5]
  for (let scale = 1; ; scale *= 10) for (const step of steps) if (step * scale >= count) return step * scale
}

export interface Block {
  part: Part
  count: number
  // From the top, and how high, 0 to 1 of the chart.
  top: number
  height: number
}

export interface Bar {
  interval: IntervalFigures
  blocks: Block[]
  // How far up the share answered in time stands, from the top; nothing without calls.
  in_time: number | null
}

/** The bars of a chart whose top line stands for `highest` calls. */
export const bars = (intervals: IntervalFigures[], highest: number): Bar[] =>
  intervals.map((interval) => {
    const parts = parts_of(interval.calls)
    let top = 1
    const blocks = PARTS.filter((part) => parts[part] > 0).map((part) => {
      const height = parts[part] / highest
      top -= height
      return { part, count: parts[part], top, height }
    })
    const in_time = share(interval.calls.in_time, interval.calls)
    return { interval, blocks, in_time: in_time === null ? null : 1 - in_time }
  })

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
const number = (value: number | null | undefined): string => (value == null ? '' : String(Math.round(value * 1000) / 1000))

/** The day as a table that a spreadsheet opens, Chinese included: with a byte order mark. `names` are its headings. */
export const as_csv = ({ figures }: DayFigures, names: { calls: string[]; agents: string[] }): string => {
  const calls = (name: string, of: CallFigures): string[] => [
    name,
    ...[of.offered, of.answered, of.in_time, of.abandoned, of.followed_up].map(String),
    ...[of.mean_wait_s, of.longest_wait_s, of.mean_talk_s, of.occupancy].map(number),
  ]
  const rows = [
    names.calls,
    ...figures.intervals.map((interval) => calls(time_of(interval.from, figures.intervals[0]?.from ?? interval.from), interval.calls)),
    calls('', figures.whole),
    [],
    names.agents,
    ...figures.agents.map((agent) => [
      agent.agent_name ?? '',
      String(agent.answered),
      ...[agent.talking_s, agent.wrap_up_s, agent.ready_s, agent.break_s, agent.occupancy, agent.mean_rating].map(number),
    ]),
  ]
  return `\uFEFF${rows.map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`
}
