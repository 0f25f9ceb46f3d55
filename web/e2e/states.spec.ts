// The states of a seat: a break and back by one key, a phone that is not there, and the supervisor's wall beside it.
//
// The service is running; a call is placed to seat 8001, whose phone is not there.

import { expect, test } from '@playwright/test'
import { expect_accessible } from './accessibility'
import { sign_in } from './people'

test('an agent takes a break, comes back, and is told of a phone that is not there', async ({ page, browser }) => {
  await sign_in(page, 'JIESU_AGENT')
  const supervisor = await (await browser.newContext()).newPage()
  await sign_in(supervisor, 'JIESU_SUPERVISOR')
  await supervisor.goto('/wall')
  const row = supervisor.getByRole('row').filter({ hasText: '8002' })
  await expect(row).toContainText('就绪')
  const mine = page.getByRole('button', { name: /^我的状态/ })

  await test.step('the phone that is not there is told of, and rung by nobody', async () => {
    await expect(page.getByRole('alert').getByText(/坐席 8001 的话机联系不上/)).toBeVisible({ timeout: 30_000 })
    await expect(supervisor.getByRole('row').filter({ hasText: '8001' })).toContainText('离线（话机联系不上）')
    await page.getByRole('button', { name: '恢复接听' }).click()
    await expect(page.getByText(/坐席 8001 的话机联系不上/)).toBeHidden()
  })

  await test.step('a break by keyboard, and back', async () => {
    await page.keyboard.press('F4')
    await page.getByRole('menuitem', { name: '小休：用餐' }).press('Enter')
    await expect(mine).toContainText('小休（用餐）')
    await expect(row).toContainText('小休（用餐）')
    await expect_accessible(page)
    await page.reload()
    await expect(mine).toContainText('小休（用餐）')
    await page.keyboard.press('F4')
    await expect(mine).toContainText('就绪')
    await expect(row).toContainText('就绪')
    await expect_accessible(supervisor)
  })
})
