// A call becomes a ticket, as people see it: an agent watches the words arrive, corrects a field, reloads in the
// middle and confirms by keyboard; the department has the ticket; a supervisor searches a word and plays it.
//
// The service is already running and a call is about to be, or being, played through it. It is told by environment:
//   JIESU_URL                        where the page is
//   JIESU_AGENT, JIESU_SUPERVISOR    who signs in, as name:password
//   JIESU_DEPARTMENT                 a clerk of the department that the call's ticket goes to
//   JIESU_WORD                       a word that is said in the call, by which the supervisor finds it
//   JIESU_CALLER                     the caller's number; the call with it is the one watched (any, where absent)
//   JIESU_SAID                       a field the machine fills from the words, with something of its value, as
//                                    field:text in the page's names, such as 地点:曙光里 (optional)
//   JIESU_SCREENSHOTS                a folder for pictures of the pages (optional)

import { expect, test, type Locator, type Page } from '@playwright/test'
import { expect_accessible } from './accessibility'
import { given, sign_in } from './people'

// Words arrive as they are spoken, in real time, on a machine that may be busy with other things.
const SPOKEN = { timeout: 120_000 }
const CORRECTION = '核对后的标题：请先到现场查看'

const picture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['JIESU_SCREENSHOTS']
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` })
}

const turns = (page: Page): Locator => page.getByRole('log', { name: '通话文字' }).getByRole('listitem')
const masked = (number: string): string => `${number.slice(0, -8)}****${number.slice(-4)}`

/** Opens the call watched: it opens by itself for its agent, or is chosen from the list. */
const open_call = async (page: Page): Promise<void> => {
  const caller = process.env['JIESU_CALLER']
  const calls = page.getByRole('region', { name: '待处理通话' }).getByRole('link')
  const call = caller ? calls.filter({ hasText: masked(caller) }) : calls
  await call.first().click(SPOKEN)
  await expect(page).toHaveURL(/\/desk\/.+/)
}

test('a call becomes a confirmed ticket and nothing of it is lost', async ({ browser }) => {
  const hears = await (await browser.newContext()).newPage()
  const agent = await (await browser.newContext()).newPage()

  await test.step('words of both sides arrive', async () => {
    await sign_in(agent, 'JIESU_AGENT')
    await open_call(agent)
    await expect(turns(agent).filter({ hasText: '来电' }).first()).toBeVisible(SPOKEN)
    await expect(turns(agent).filter({ hasText: '坐席' }).first()).toBeVisible(SPOKEN)
    await picture(agent, 'desk_live')
  })

  const ticket = agent.getByRole('region', { name: '工单', exact: true })
  const title = ticket.getByRole('textbox', { name: '标题' })

  await test.step('a field is filled from the words and says so', async () => {
    await expect(ticket.getByRole('button', { name: /由系统填写.*收听/ }).first()).toBeVisible(SPOKEN)
    const said = process.env['JIESU_SAID']
    if (!said) return
    const [field = '', value = ''] = said.split(':')
    await expect(ticket.getByRole('textbox', { name: field })).toHaveValue(new RegExp(value), SPOKEN)
  })

  await test.step('an answer stands beside the call with its source, and is reached by keyboard', async () => {
    const beside = agent.getByRole('region', { name: '同一事项与答复参考' })
    await expect(beside.getByText('下水堵塞、污水外溢由谁管')).toBeVisible(SPOKEN)
    await agent.keyboard.press('F9')
    await expect(beside.locator('a:focus, summary:focus')).toHaveCount(1)
    const entry = beside.locator('details').filter({ hasText: '下水堵塞、污水外溢由谁管' })
    await entry.locator('summary').press('Enter')
    await expect(entry.getByText('市政管网')).toBeVisible()
    await expect(entry.getByText(/来源：.*条例/)).toBeVisible()
    await entry.locator('summary').press('Enter')
    await picture(agent, 'desk_beside')
  })

  await test.step('a corrected field stays as the person wrote it', async () => {
    await title.fill(CORRECTION)
    await title.blur()
    await expect(ticket.getByRole('img', { name: '由坐席填写' })).toBeVisible()
  })

  await test.step('a reload in the middle finds every word and the correction again', async () => {
    const before = await turns(agent).filter({ has: agent.getByRole('button') }).allInnerTexts()
    await agent.reload()
    for (const text of before) {
      const words = text.split('\n').reduce((a, b) => (a.length > b.length ? a : b))
      await expect(turns(agent).filter({ hasText: words }).first()).toBeVisible()
    }
    await expect(title).toHaveValue(CORRECTION)
  })

  await test.step('what was still being typed when the page went away is there too', async () => {
    const wish = ticket.getByRole('textbox', { name: '诉求' })
    await wish.pressSequentially('请回电')
    const typed = await wish.inputValue()
    await agent.reload()
    await expect(wish).toHaveValue(typed)
  })

  await test.step('no word appears twice', async () => {
    // Each line ends in the moment it was said: two that are equal are one turn shown twice.
    const lines = await turns(agent).filter({ has: agent.getByRole('button') }).allInnerTexts()
    expect(lines.length).toBeGreaterThan(1)
    expect(new Set(lines).size).toBe(lines.length)
  })

  await test.step('a category, then confirmed by keyboard', async () => {
    // The machine's first suggestion, once there is one; a ticket cannot go without.
    await expect(ticket.getByRole('button', { name: /^1 / })).toBeVisible(SPOKEN)
    await agent.keyboard.press('Alt+KeyT')
    await expect(title).toBeFocused()
    await agent.keyboard.press('Alt+Digit1')
    await expect(ticket.getByText('必填项已齐')).toBeVisible(SPOKEN)
    await picture(agent, 'desk_filled')
    await expect_accessible(agent)
    // While the call goes on the machine may write at the same moment; then one looks again and confirms again.
    await expect(async () => {
      await agent.keyboard.press('Control+Enter')
      await expect(agent.getByText(/工单 \S+ 已确认/)).toBeVisible({ timeout: 3_000 })
    }).toPass(SPOKEN)
  })

  const number = /工单 (\S+) 已确认/.exec(await agent.getByText(/工单 \S+ 已确认/).innerText())?.[1] ?? ''
  expect(number).not.toBe('')

  await test.step('the department has the ticket, and no calls', async () => {
    const clerk = await (await browser.newContext()).newPage()
    await sign_in(clerk, 'JIESU_DEPARTMENT')
    await expect(clerk.getByRole('navigation').getByRole('link')).toHaveCount(1)
    const row = clerk.getByRole('row').filter({ hasText: number })
    await expect(row).toContainText(CORRECTION)
    await picture(clerk, 'inbox')
    await row.getByRole('link', { name: number }).click()
    await expect(clerk.getByRole('heading', { name: CORRECTION })).toBeVisible()
    await picture(clerk, 'ticket')
  })

  await test.step('the supervisor finds a word and hears it', async () => {
    const word = given('JIESU_WORD')
    await sign_in(hears, 'JIESU_SUPERVISOR')
    await hears.getByRole('link', { name: '检索' }).click()
    await hears.getByRole('textbox', { name: '检索通话中的话' }).fill(word)
    await hears.keyboard.press('Enter')
    const hit = hears.getByRole('listitem').filter({ hasText: word }).first()
    await expect(hit.locator('mark').first()).toHaveText(word)
    const sound = hears.waitForResponse((answer) => answer.url().endsWith('/recording') && answer.ok())
    await hit.getByRole('button', { name: '收听这一句' }).click()
    expect((await (await sound).body()).length).toBeGreaterThan(0)
    await expect(hit.getByRole('button', { name: '停止播放' })).toBeVisible()
    await picture(hears, 'search')
    await hit.getByRole('link', { name: '打开通话的这一刻' }).click()
    await expect(turns(hears).filter({ hasText: word }).first()).toBeInViewport()
    await picture(hears, 'call')
  })
})
