// The page by HTTPS from an address that is not this machine's own name: the browser must give it a microphone.
// Needs JIESU_URL (https), JIESU_AGENT, and a browser that trusts the certificate: see tests/https.rs.

import { expect, test } from '@playwright/test'
import { given, sign_in } from './people'

test('the page is secure, keeps its session and hears the microphone', async ({ page, context }) => {
  const address = new URL(given('JIESU_URL'))
  expect(['localhost', '127.0.0.1']).not.toContain(address.hostname)
  await sign_in(page, 'JIESU_AGENT')
  expect(page.url()).toMatch(/^https:/)
  expect(await page.evaluate(() => window.isSecureContext)).toBe(true)

  const cookies = await context.cookies()
  expect(cookies.map((cookie) => [cookie.name, cookie.secure, cookie.httpOnly])).toEqual([
    ['__Host-jiesu_session', true, true],
  ])

  const loudest = await page.evaluate(async () => {
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true })
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    context.createMediaStreamSource(microphone).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let loudest = 0
    for (let tries = 0; tries < 100 && loudest < 0.01; tries += 1) {
      await new Promise((wait) => setTimeout(wait, 50))
      analyser.getFloatTimeDomainData(samples)
      loudest = Math.max(loudest, ...samples.map(Math.abs))
    }
    return loudest
  })
  expect(loudest).toBeGreaterThan(0.01)
})
