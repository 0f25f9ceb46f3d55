// The build of the desk: one page, hashed assets, nothing fetched from elsewhere.

import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    // Composition API only: leaves the older half of vue-i18n out of the bundle.
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
  },
  build: {
    target: 'es2022',
    // A data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    // `npm run dev` beside a service that is already running.
    proxy: { '/api': { target: process.env['JIESU_URL'] ?? 'http://127.0.0.1:8080' } },
  },
  test: { include: ['src/**/*.test.ts'] },
})
