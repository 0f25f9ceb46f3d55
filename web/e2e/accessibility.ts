// What axe finds wrong on a page, in both themes: nothing serious or critical may stand.

import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const GRAVE = ['serious', 'critical']

const grave_findings = async (page: Page): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => GRAVE.includes(impact ?? ''))
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`))
}

/** Looks at the page as it is, then in the other theme, and leaves it in the theme it had. */
export const expect_accessible = async (page: Page): Promise<void> => {
  const other = page.getByRole('button', { name: /^切换深浅色/ })
  for (let theme = 0; theme < 2; theme += 1) {
    // A colour half-way between two themes is neither's.
    await page.evaluate(() => Promise.all(document.getAnimations().map((running) => running.finished.catch(() => null))))
    expect.soft(await grave_findings(page), page.url()).toEqual([])
    await other.click()
  }
}
