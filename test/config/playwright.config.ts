// Tests of the real app in real Electron. One at a time: each has a window, a writer and a camera of its own.
import { resolve } from 'node:path'
import { defineConfig } from '@playwright/test'

const root = resolve(import.meta.dirname, '../..')

export default defineConfig({
  testDir: resolve(root, 'test/app'),
  outputDir: resolve(root, 'test-results/app'),
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: resolve(root, 'test-results/playwright.json') }]]
})
