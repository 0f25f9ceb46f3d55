// A message that a citizen left becomes a ticket: an agent takes it, reads its words, confirms, and it is done.
//
// The service is running and closed; a citizen speaks a message to it, of which JIESU_SAID tells a field.

import { expect, test } from '@playwright/test'
import { expect_accessible } from './accessibility'
import { given, sign_in } from './people'

// A message lasts as long as somebody speaks.
const SPOKEN = { timeout: 120_000 }

test('a message is taken, confirmed and done', async ({ page, browser }) => {
  const colleague = await (await browser.newContext()).newPage()
  await sign_in(colleague, 'JIESU_AGENT')
  await sign_in(page, 'JIESU_AGENT')
  const left = page.getByRole('region', { name: '留言与回电' })
  await expect(left.getByText('留言', { exact: true })).toBeVisible(SPOKEN)
  await expect_accessible(page)

  await test.step('one takes it, and all see who', async () => {
    await left.getByRole('button', { name: '接手' }).press('Enter')
    await expect(page).toHaveURL(/\/desk\/.+/)
    await expect(colleague.getByRole('region', { name: '留言与回电' })).toContainText('处理中')
    await left.getByRole('button', { name: '退回' }).press('Enter')
    await expect(left.getByRole('button', { name: '接手' })).toBeVisible()
    await left.getByRole('button', { name: '接手' }).press('Enter')
  })

  await test.step('its words fill the ticket, which is confirmed by keyboard', async () => {
    const ticket = page.getByRole('region', { name: '工单', exact: true })
    const [field = '', value = ''] = given('JIESU_SAID').split(':')
    await expect(ticket.getByRole('textbox', { name: field })).toHaveValue(new RegExp(value), SPOKEN)
    await ticket.getByRole('textbox', { name: '标题' }).fill('留言：下水道堵塞')
    await expect(ticket.getByRole('button', { name: /^1 / })).toBeVisible(SPOKEN)
    await page.keyboard.press('Alt+Digit1')
    await expect(ticket.getByText('必填项已齐')).toBeVisible(SPOKEN)
    const picture = process.env['JIESU_SCREENSHOTS']
    if (picture) await page.screenshot({ path: `${picture}/follow_ups.png` })
    await expect(async () => {
      await page.keyboard.press('Control+Enter')
      await expect(page.getByText(/工单 \S+ 已确认/)).toBeVisible({ timeout: 3_000 })
    }).toPass(SPOKEN)
  })

  await expect(left).toBeHidden()
  await expect(colleague.getByRole('region', { name: '留言与回电' })).toBeHidden()
})
