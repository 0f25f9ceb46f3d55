// Who signs in, as the environment says: see the first lines of desk.spec.ts.

import { expect, type Page } from '@playwright/test'

export const given = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: see the first lines of e2e/desk.spec.ts`)
  return value
}

export const sign_in = async (page: Page, who: string): Promise<void> => {
  const [name = '', ...password] = given(who).split(':')
  await page.goto('/')
  await page.getByLabel('用户名').fill(name)
  await page.getByLabel('密码').fill(password.join(':'))
  await page.getByRole('button', { name: '登录' }).click()
  await expect(page.getByRole('button', { name: '退出' })).toBeVisible()
}
