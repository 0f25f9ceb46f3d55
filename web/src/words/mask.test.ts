import { expect, test } from 'vitest'
import { mask_number } from './mask'

test.each([
  ['13800006921', '138****6921'],
  ['+8613800006921', '+86138****6921'],
  ['65301234', '****234'],
  ['8001', '****01'],
  ['1', '****'],
  ['', ''],
])('%s is shown as %s', (number, shown) => {
  expect(mask_number(number)).toBe(shown)
})
