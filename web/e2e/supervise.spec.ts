// What a supervisor does in the talk of an agent, and what is kept of it.
//
// The service is running and a call is about to be played through it, as desk.spec.ts says; the phone of the
// supervisor's seat is picked up by itself.

import { expect, test } from '@playwright/test'
import { expect_accessible } from './accessibility'
import { sign_in } from './people'

const SPOKEN = { timeout: 120_000 }

test('a supervisor listens, whispers, joins and leaves', async ({ page }) => {
  await sign_in(page, 'JIESU_SUPERVISOR')
  await page.getByRole('row').filter({ hasText: '通话中' }).getByRole('link').first().click(SPOKEN)
  const supervision = page.getByRole('region', { name: '监听', exact: true })
  await expect(supervision.getByText('没有人在监听。')).toBeVisible(SPOKEN)

  await page.keyboard.press('F9')
  await expect(supervision.getByText('正在监听，双方听不到您。')).toBeVisible()
  await expect_accessible(page)
  await supervision.getByRole('button', { name: '耳语坐席' }).click()
  await expect(supervision.getByText('正在耳语，只有坐席听得到您。')).toBeVisible()

  await page.reload()
  await expect(supervision.getByText('正在耳语，只有坐席听得到您。')).toBeVisible()
  await supervision.getByRole('button', { name: '加入通话' }).click()
  await expect(supervision.getByText('已加入通话，双方都听得到您。')).toBeVisible()
  await page.keyboard.press('F9')
  await expect(supervision.getByText('没有人在监听。')).toBeVisible()

  const history = page.getByRole('list', { name: '监听记录' }).getByRole('listitem')
  await expect(history).toHaveText([/supervisor 监听$/, /supervisor 耳语坐席$/, /supervisor 加入通话$/, /supervisor 退出$/])

  await page.goto('/wall')
  const day = page.getByRole('region', { name: '当日指标' })
  await expect(day.getByRole('definition').first()).toHaveText('1')
  await expect(day.getByRole('img')).toBeVisible()
  await expect(page.getByRole('table', { name: '各坐席' })).toContainText('agent')
  await expect_accessible(page)
  const picture = process.env['JIESU_SCREENSHOTS']
  if (picture) await page.screenshot({ path: `${picture}/wall.png`, fullPage: true })
  await day.getByRole('button', { name: '表格' }).press('Enter')
  await expect(day.getByRole('columnheader', { name: '15 秒内接通' })).toBeVisible()
  const [file] = await Promise.all([page.waitForEvent('download'), day.getByRole('button', { name: '下载' }).press('Enter')])
  expect(file.suggestedFilename()).toMatch(/^jiesu-\d{4}-\d\d-\d\d\.csv$/)
})
