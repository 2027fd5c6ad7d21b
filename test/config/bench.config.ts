// Playwright on the real app for figures instead of verdicts: npm run bench -- app, npm run soak -- app
import { resolve } from 'node:path'
import { defineConfig } from '@playwright/test'

const root = resolve(import.meta.dirname, '../..')

export default defineConfig({
  testDir: resolve(root, 'test/bench'),
  testMatch: process.env.BENCH_MATCH ?? '*.bench.ts',
  outputDir: resolve(root, 'test-results/bench'),
  workers: 1,
  reporter: [['line']]
})
