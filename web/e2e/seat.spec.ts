// An agent's page as a seat. The service runs with a browser seat for the agent, and a call waits or is about to come:
// see tests/browser_seat.rs, which starts each of these by its title. Told by environment, beside what desk.spec.ts is:
//   JIESU_MICROPHONE   the WAV file that the browser takes for its microphone

import { chromium, expect, test, type Browser, type Page } from '@playwright/test'
import { expect_accessible } from './accessibility'
import { given, sign_in } from './people'

const RINGS = { timeout: 60_000 }

/** The agent at the desk; the browser gives the microphone as it is, since a tone is noise to it. */
const open_seat = async (browser: Browser, who = 'JIESU_AGENT'): Promise<Page> => {
  const context = await browser.newContext({ baseURL: given('JIESU_URL'), locale: 'zh-CN', viewport: { width: 1366, height: 768 } })
  await context.addInitScript(() => {
    window.localStorage.setItem('jiesu.seat.sound', '{"cleaning":false}')
    const peers: RTCPeerConnection[] = []
    Object.assign(window, { peers })
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        peers.push(this)
      }
    }
  })
  const page = await context.newPage()
  await sign_in(page, who)
  await is_connected(page)
  return page
}

const seat = (page: Page) => page.getByRole('button', { name: /声音已接通|正在接入|声音中断|等待麦克风|已静音/ })
const is_connected = (page: Page): Promise<void> => expect(seat(page)).toContainText('声音已接通', { timeout: 30_000 })
const hang_up = (page: Page) => page.getByRole('button', { name: '挂断 F10' })

const answer = async (page: Page): Promise<void> => {
  await expect(page.getByRole('alertdialog', { name: '来电' })).toBeVisible(RINGS)
  await picture(page, 'ringing')
  await page.keyboard.press('F2')
  await expect(hang_up(page)).toBeVisible()
  await expect(page.getByRole('alertdialog', { name: '来电' })).toBeHidden()
}

const picture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['JIESU_SCREENSHOTS']
  if (folder) await page.screenshot({ path: `${folder}/seat_${name}.png` })
}

/** Waits until the speaker's meter shows the caller. */
const hears_the_caller = async (page: Page): Promise<void> => {
  await seat(page).click()
  const meter = page.getByRole('dialog').getByRole('meter', { name: '来电声音音量' })
  await expect.poll(async () => Number(await meter.getAttribute('aria-valuenow')), { timeout: 20_000 }).toBeGreaterThan(40)
  await picture(page, 'dialog')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
}

/** The codecs that travel, and the packets that were lost. */
const counted = (page: Page): Promise<{ codecs: string[]; lost: number; received: number }> =>
  page.evaluate(async () => {
    const { peers } = window as unknown as { peers: RTCPeerConnection[] }
    const open = peers.filter((peer) => peer.connectionState === 'connected')
    const stats = [...((await open[0]?.getStats())?.values() ?? [])] as Record<string, unknown>[]
    const inbound = stats.find(({ type }) => type === 'inbound-rtp')
    const codecs = stats.filter(({ type }) => type === 'codec').map(({ mimeType }) => String(mimeType))
    return { codecs: [...new Set(codecs)], lost: Number(inbound?.['packetsLost']), received: Number(inbound?.['packetsReceived']) }
  })

/** Time that is spent talking: long enough for the recording to have something of it. */
const talk = (page: Page, ms: number): Promise<void> => page.waitForTimeout(ms)

test('answers by key', async ({ browser }) => {
  const page = await open_seat(browser)
  await answer(page)
  await hears_the_caller(page)
  await talk(page, 4_000)
  const { codecs, lost, received } = await counted(page)
  expect({ codecs, lost }).toEqual({ codecs: ['audio/PCMA'], lost: 0 })
  expect(received).toBeGreaterThan(100)
  await test.step('hold and back, as at a desk phone', async () => {
    await page.keyboard.press('F8')
    await expect(page.getByText('来电人在听音乐等待')).toBeVisible()
    await page.keyboard.press('F8')
    await expect(page.getByText('来电人在听音乐等待')).toBeHidden()
    await hears_the_caller(page)
  })
  await page.keyboard.press('Alt+KeyV')
  await expect(seat(page)).toContainText('已静音')
  await page.keyboard.press('Alt+KeyV')
  await is_connected(page)
  await picture(page, 'talking')
  await page.keyboard.press('F10')
  await expect(hang_up(page)).toBeHidden()
  // The connection outlives the call: the next one needs no set-up.
  await is_connected(page)
})

test('comes back', async ({ browser }) => {
  const page = await open_seat(browser)
  await answer(page)
  await talk(page, 2_000)

  await test.step('after a reload the talk goes on', async () => {
    const begun = Date.now()
    await page.reload()
    await expect(hang_up(page)).toBeVisible({ timeout: 20_000 })
    await is_connected(page)
    console.log(`re-attached ${Date.now() - begun} ms after the reload began`)
    await hears_the_caller(page)
    await talk(page, 2_000)
  })

  await test.step('a page that is away for a while finds the caller there', async () => {
    await page.goto('about:blank')
    // The caller hears music meanwhile.
    await talk(page, 4_000)
    await page.goto('/desk')
    await expect(hang_up(page)).toBeVisible({ timeout: 20_000 })
    await hears_the_caller(page)
    await talk(page, 2_000)
    await page.keyboard.press('F10')
    await expect(hang_up(page)).toBeHidden()
  })
})

test('is taken over', async ({ browser }) => {
  const first = await open_seat(browser)
  const second = await open_seat(browser)
  const elsewhere = first.getByRole('alert').filter({ hasText: '已在另一个页面打开' })
  await expect(elsewhere).toBeVisible()
  await is_connected(second)
  await picture(first, 'elsewhere')
  await expect_accessible(first)
  await second.getByRole('button', { name: /声音已接通/ }).click()
  await expect(second.getByRole('dialog', { name: '麦克风与扬声器' })).toContainText('系统默认')
  await second.getByRole('button', { name: '录三秒再放出来' }).click()
  await expect(second.getByRole('button', { name: '正在播放…' })).toBeVisible({ timeout: 15_000 })
  await picture(second, 'sound')
  await second.keyboard.press('Escape')
  await expect(second.getByRole('dialog')).toBeHidden()
  await first.getByRole('button', { name: '在此接听' }).click()
  await is_connected(first)
  await expect(elsewhere).toBeHidden()
  await expect(second.getByRole('alert').filter({ hasText: '已在另一个页面打开' })).toBeVisible()
})

test('hands over', async ({ browser }) => {
  const page = await open_seat(browser)
  await answer(page)
  await hears_the_caller(page)
  await page.keyboard.press('F8')
  await expect(page.getByText('来电人在听音乐等待')).toBeVisible()
  await talk(page, 2_000)
  await page.keyboard.press('F8')
  await expect(page.getByText('来电人在听音乐等待')).toBeHidden()
  await talk(page, 2_000)
  await page.keyboard.press('F7')
  await page.getByRole('textbox', { name: '分机或电话号码' }).fill('8001')
  await page.getByRole('button', { name: '直接转接' }).press('Enter')
  await expect(hang_up(page)).toBeHidden()
  await is_connected(page)
})

test('listens in', async ({ browser }) => {
  const page = await open_seat(browser, 'JIESU_SUPERVISOR')
  await page.getByRole('row').filter({ hasText: '通话中' }).getByRole('link').first().click(RINGS)
  await expect(page.getByText('没有人在监听。')).toBeVisible(RINGS)
  await page.keyboard.press('F9')
  await answer(page)
  await expect(page.getByText('正在监听，双方听不到您。')).toBeVisible()
  await hears_the_caller(page)
  await page.keyboard.press('F9')
  await expect(page.getByText('没有人在监听。')).toBeVisible()
  await expect(hang_up(page)).toBeHidden()
})

test('is killed', async () => {
  const args = ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required', `--use-file-for-fake-audio-capture=${given('JIESU_MICROPHONE')}`]
  const server = await chromium.launchServer({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args })
  const browser = await chromium.connect(server.wsEndpoint())
  const page = await open_seat(browser)
  await answer(page)
  await talk(page, 3_000)
  // As a power cut would: nothing is said to anybody.
  await server.kill()
})
