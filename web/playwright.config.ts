// The browser test runs against a service that is already there: see the first lines of e2e/desk.spec.ts.

import { defineConfig } from '@playwright/test'

// A WAV file in place of that tone.
const microphone = process.env['JIESU_MICROPHONE']

export default defineConfig({
  testDir: 'e2e',
  // Several of these run at once, each against a service of its own, and would clear each other's folders.
  outputDir: `node_modules/.tmp/playwright/${new URL(process.env['JIESU_URL'] ?? 'http://127.0.0.1:8080').port}`,
  timeout: 180_000,
  workers: 1,
  retries: 0,
  reporter: 'list',
  use: {
    baseURL: process.env['JIESU_URL'] ?? 'http://127.0.0.1:8080',
    viewport: { width: 1366, height: 768 },
    locale: 'zh-CN',
    trace: 'retain-on-failure',
    launchOptions: {
      // Debian's browser: nothing is downloaded.
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required',
        // A microphone of its own, a tone, that needs nobody's leave.
        '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
        // Also on a machine that has no other network.
        '--allow-loopback-in-peer-connection',
        ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}`] : [])],
    },
  },
})
