import { expect, test } from 'vitest'
import type { CallFigures, IntervalFigures } from '@/api/types'
import { as_csv, bars, parts_of, round_up, share, time_of, used } from './day'

const calls = (over: Partial<CallFigures> = {}): CallFigures => ({
  offered: 0,
  answered: 0,
  in_time: 0,
  abandoned: 0,
  followed_up: 0,
  ...over,
})
const half_past = (hour: number, over: Partial<CallFigures> = {}): IntervalFigures => ({
  from: `2026-11-23T0${hour}:30:00Z`,
  calls: calls(over),
})
const busy = { offered: 10, answered: 6, in_time: 4, abandoned: 2, followed_up: 1 }

test('the parts of all calls are all calls', () => {
  const parts = parts_of(calls(busy))
  expect(parts).toEqual({ in_time: 4, late: 2, followed_up: 1, abandoned: 2, other: 1 })
  expect(Object.values(parts).reduce((sum, count) => sum + count)).toBe(10)
})

test('a share of no calls is none', () => {
  expect(share(4, calls(busy))).toBe(0.4)
  expect(share(0, calls())).toBeNull()
})

test('the chart begins with the first call and keeps what is empty after it', () => {
  const day = [half_past(1), half_past(2, busy), half_past(3)]
  expect(used(day).map(({ from }) => from)).toEqual([day[1]?.from, day[2]?.from])
  expect(used([half_past(1)])).toEqual([])
})

test('a time of day is the city\'s, wherever the page is read', () => {
  expect(time_of('2026-11-23T00:30:00Z', '2026-11-22T16:00:00Z')).toBe('08:30')
  expect(time_of('2026-11-22T16:00:00Z', '2026-11-22T16:00:00Z')).toBe('00:00')
})

test('the top line is round', () => {
  expect([0, 1, 3, 7, 10, 11, 499, 501].map(round_up)).toEqual([1, 1, 5, 10, 10, 20, 500, 1000])
})

test('a bar stands on the ground, its parts on each other, and fills its share', () => {
  const [bar, empty] = bars([half_past(1, busy), half_past(2)], 20)
  expect(bar?.blocks.map(({ part, count }) => [part, count])).toEqual([['in_time', 4], ['late', 2], ['followed_up', 1], ['abandoned', 2], ['other', 1]])
  expect(bar?.blocks[0]?.top).toBeCloseTo(0.8)
  expect(bar?.blocks.at(-1)?.top).toBeCloseTo(0.5)
  expect(bar?.blocks.reduce((sum, { height }) => sum + height, 0)).toBeCloseTo(0.5)
  expect(bar?.in_time).toBeCloseTo(0.6)
  expect(empty).toEqual({ interval: half_past(2), blocks: [], in_time: null })
})

test('a spreadsheet reads the names whatever is in them', () => {
  const agent = { agent: 'a', agent_name: '王,"小"', answered: 3, talking_s: 60, wrap_up_s: 0, ready_s: 1.23456, break_s: 0, occupancy: 0.5 }
  const csv = as_csv(
    { day: '2026-11-23', interval_min: 30, figures: { whole: calls(busy), intervals: [], agents: [agent] } },
    { calls: ['时段', '来电'], agents: ['坐席'] },
  )
  expect(csv.startsWith('\uFEFF时段,来电\r\n,10,6,4,2,1,,,,\r\n\r\n坐席\r\n')).toBe(true)
  expect(csv).toContain('"王,""小""",3,60,0,1.235,0,0.5,\r\n')
})
