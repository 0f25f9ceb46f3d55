import { expect, test } from 'vitest'
import { mark_hits } from './hits'

test('every searched word is marked and nothing of the sentence is lost', () => {
  expect(mark_hits('曙光里下水道堵了，下水道！', '下水道 曙光')).toEqual([
    { text: '曙光', hit: true },
    { text: '里', hit: false },
    { text: '下水道', hit: true },
    { text: '堵了，', hit: false },
    { text: '下水道', hit: true },
    { text: '！', hit: false },
  ])
})

test('case does not matter, and signs of patterns are plain text', () => {
  expect(mark_hits('The Lift (A) is broken', 'lift (a)').filter((piece) => piece.hit)).toHaveLength(2)
  expect(mark_hits('abc', '.')).toEqual([{ text: 'abc', hit: false }])
})
