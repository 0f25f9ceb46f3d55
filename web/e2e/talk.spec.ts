// What an agent does with a talk, by keyboard: hold and resume, a pause of the recording, a call to somebody else.
//
// The service is running and a call is about to be played through it, as desk.spec.ts says.

import { expect, test } from '@playwright/test'
import { expect_accessible } from './accessibility'
import { sign_in } from './people'

const SPOKEN = { timeout: 120_000 }

test('an agent holds, pauses the recording and calls somebody', async ({ page }) => {
  await sign_in(page, 'JIESU_AGENT')
  // The call opens by itself for its agent, with the greeting behind it.
  const talk = page.getByRole('region', { name: '通话操作' })
  await expect(talk).toBeVisible(SPOKEN)

  await test.step('hold, and back, by one key; a reload between finds it held', async () => {
    await page.keyboard.press('F8')
    await expect(talk.getByText('来电人在听音乐等待')).toBeVisible()
    await page.reload()
    await expect(talk.getByText('来电人在听音乐等待')).toBeVisible()
    await page.keyboard.press('F8')
    await expect(talk.getByText('来电人在听音乐等待')).toBeHidden()
  })

  await test.step('the recording pauses for a reason and goes on', async () => {
    await talk.getByRole('button', { name: '暂停录音' }).click()
    await talk.getByRole('button', { name: '正在说银行卡或账号' }).click()
    await expect(talk.getByText('录音和文字已暂停：正在说银行卡或账号。')).toBeVisible()
    await talk.getByRole('button', { name: '恢复录音' }).click()
    await expect(talk.getByText('录音和文字已暂停')).toBeHidden()
  })

  await test.step('who cannot be called is said, and what to do', async () => {
    await page.keyboard.press('F7')
    const number = talk.getByRole('textbox', { name: '分机或电话号码' })
    await expect(number).toBeFocused()
    await number.fill('02288888888')
    await number.press('Enter')
    await expect(talk.getByRole('alert')).toHaveText(/不允许拨打这个号码/)
    await number.fill('8001')
    await number.press('Enter')
    await expect(talk.getByRole('alert')).toHaveText(/该坐席正在通话或不在位/)
    await expect_accessible(page)
  })

  await test.step('while somebody is being called one key leads back to the caller', async () => {
    await talk.getByRole('textbox', { name: '分机或电话号码' }).fill('8002')
    await page.keyboard.press('Enter')
    await expect(talk.getByText('正在呼叫 8002')).toBeVisible()
    await page.keyboard.press('F8')
    await expect(talk.getByText('8002')).toBeHidden()
  })

  await test.step('the page of the call shows what was not recorded', async () => {
    const id = new URL(page.url()).pathname.split('/').pop() ?? ''
    await page.goto(`/calls/${id}`)
    await expect(page.getByText(/未录音：正在说银行卡或账号/)).toBeVisible()
  })
})
