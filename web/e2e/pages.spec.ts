// Every page but the desk, which desk.spec.ts looks at while it is used: open to people who do not see well or use
// no mouse, in both themes. Runs after it, on the call and the ticket it leaves; told by the same environment.

import { expect, test, type Page } from '@playwright/test'
import { expect_accessible } from './accessibility'
import { given, sign_in } from './people'

/** Opens a page and waits until its heading and what it asked the service for are there. */
const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(path)
  await page.waitForLoadState('load')
  await expect(page.getByText('正在载入')).toHaveCount(0)
}

test('no page keeps anybody out', async ({ browser }) => {
  const page = await (await browser.newContext()).newPage()
  await open(page, '/calls')
  await expect(page).toHaveURL(/sign-in\?then=/)
  await expect_accessible(page)

  await test.step('what went wrong is said, and where one wanted to go is kept', async () => {
    await page.getByLabel('用户名').fill('nobody')
    await page.getByLabel('密码').fill('wrong')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toContainText('用户名或密码不正确')
    await expect_accessible(page)
    const [name = '', ...password] = given('JIESU_SUPERVISOR').split(':')
    await page.getByLabel('用户名').fill(name)
    await page.getByLabel('密码').fill(password.join(':'))
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/calls$/)
  })

  await test.step('the supervisor’s pages', async () => {
    await expect(page.getByRole('table')).toBeVisible()
    await expect_accessible(page)
    await page.getByRole('table').getByRole('link').first().click()
    // The call may still be going on: its sound is drawn when it is over.
    await expect(page.getByRole('button', { name: '播放', exact: true })).toBeVisible({ timeout: 120_000 })
    await expect_accessible(page)
    for (const path of [`/search?q=${encodeURIComponent(given('JIESU_WORD'))}`, '/tickets', '/status', '/nowhere']) {
      await open(page, path)
      await expect_accessible(page)
    }
  })

  await test.step('the department’s pages', async () => {
    const clerk = await (await browser.newContext()).newPage()
    await sign_in(clerk, 'JIESU_DEPARTMENT')
    await expect(clerk.getByRole('table')).toBeVisible()
    await expect_accessible(clerk)
    await clerk.getByRole('table').getByRole('link').first().click()
    await expect(clerk.getByRole('button', { name: '播放', exact: true })).toBeVisible()
    await expect_accessible(clerk)
  })

  await test.step('the desk at rest, and its keys', async () => {
    const agent = await (await browser.newContext()).newPage()
    await sign_in(agent, 'JIESU_AGENT')
    await expect_accessible(agent)
    await agent.keyboard.press('?')
    await expect(agent.getByRole('dialog', { name: '快捷键' })).toBeVisible()
    await agent.keyboard.press('Escape')
    await expect(agent.getByRole('dialog', { name: '快捷键' })).toBeHidden()
  })
})

test('a network that is gone is told in words, and so is that it came back', async ({ browser }) => {
  const context = await browser.newContext()
  const agent = await context.newPage()
  await sign_in(agent, 'JIESU_AGENT')
  await context.setOffline(true)
  await expect(agent.getByRole('alert').filter({ hasText: '连接已断开' })).toBeVisible()
  await context.setOffline(false)
  await expect(agent.getByRole('status').filter({ hasText: '连接已恢复' })).toBeVisible()
})
