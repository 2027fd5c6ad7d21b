// What a run of the real app amounts to, as its page would be told.
import type { Page } from '@playwright/test'

export interface RunReceipt {
  readonly seen: number
  readonly written: number
  readonly dropped: number
  readonly seconds: number
  readonly losses: object
}

/** Of the run that ended last. */
export async function receiptOf(page: Page): Promise<RunReceipt> {
  const status = await page.evaluate(() => {
    const bridge = (
      globalThis as unknown as { benchframe: { call: (n: string, a: unknown) => Promise<unknown> } }
    ).benchframe
    return bridge.call('run.status', undefined)
  })
  return (status as { value: { receipt: RunReceipt } }).value.receipt
}
