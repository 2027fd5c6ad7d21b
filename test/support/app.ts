// Playwright's test with the app started for it: `test('…', async ({ launched }) => …)`, or `start()` for tests that
// choose arguments or start more than once. What is still open at the end is closed, and then its errors count.
import { test as base } from '@playwright/test'
import { launch, type Launched, type LaunchOptions } from './launch'

export { expect } from '@playwright/test'

interface Fixtures {
  readonly start: (options?: LaunchOptions) => Promise<Launched>
  readonly launched: Launched
}

export const test = base.extend<Fixtures>({
  // Playwright reads the needs of a fixture off this empty pattern.
  start: async ({}, use) => {
    const open: Launched[] = []
    await use(async (options) => {
      const one = await launch(options)
      open.push(one)
      return one
    })
    const results = await Promise.allSettled(open.map((one) => one.close()))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  },
  launched: async ({ start }, use) => {
    await use(await start())
  }
})
