// Takes the pictures of README and help from the real app: npm run pictures
import { resolve } from 'node:path'
import { defineConfig } from '@playwright/test'

const root = resolve(import.meta.dirname, '../..')

export default defineConfig({
  testDir: resolve(root, 'test/pictures'),
  testMatch: '*.shots.ts',
  outputDir: resolve(root, 'test-results/pictures'),
  workers: 1,
  timeout: 180_000,
  reporter: [['line']]
})
