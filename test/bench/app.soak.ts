/**
 * npm run soak -- app [MINUTES]: the real app records 512² at 30 fps with live view and table, run after run (each at most ten minutes, and deleted
 * after its receipt), while the memory of main and of the page is watched. Fails when a frame is dropped or memory grows.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { newFolder, profile } from '../support/profile'
import { receiptOf } from './receipt-of'

const MINUTES = Number(process.env.SOAK_MINUTES ?? 120)
const RUN_SECONDS = Math.min(600, MINUTES * 30)
const RUNS = Math.round((MINUTES * 60) / RUN_SECONDS)
/** Growth that is allowed, in MB. */
const PAGE_MB = 20
const MAIN_MB = 50

test(`${MINUTES} minutes at 30 fps: no frame lost, memory flat (U4)`, async ({ start }) => {
  test.setTimeout((MINUTES * 60 + RUNS * 60 + 120) * 1000)
  const folder = newFolder()
  const camera = { width: 512, height: 512, pixelType: 'uint16', exposureMs: 5 } as const
  const settings = {
    folder,
    format: 'ome-zarr',
    intervalMs: 1000 / 30,
    seconds: RUN_SECONDS,
    camera
  } as const
  const { app, page } = await start({ userData: profile(settings) })
  const cdp = await page.context().newCDPSession(page)
  /** After a collection, so that only what is held counts. */
  const memory = async (): Promise<{ pageMB: number; mainMB: number }> => {
    await cdp.send('HeapProfiler.collectGarbage')
    const { usedSize } = await cdp.send('Runtime.getHeapUsage')
    const mainMB = await app.evaluate(() => process.memoryUsage().rss / 1e6)
    return { pageMB: Math.round(usedSize / 1e5) / 10, mainMB: Math.round(mainMB) }
  }
  const seen: { pageMB: number; mainMB: number }[] = []
  for (let run = 0; run < RUNS; run++) {
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await expect(page.getByTestId('run-state')).toContainText('Recording')
    await page.waitForTimeout(RUN_SECONDS * 900)
    seen.push(await memory())
    await expect(page.getByTestId('verdict')).toBeVisible({ timeout: (RUN_SECONDS * 0.1 + 60) * 1000 })
    const receipt = await receiptOf(page)
    process.stdout.write(
      `${JSON.stringify({ run, written: receipt.written, losses: receipt.losses, ...seen[run] })}\n`
    )
    expect(receipt.dropped).toBe(0)
    expect(receipt.written).toBe(receipt.seen)
    await rm(join(folder, `run_${String(run + 1).padStart(3, '0')}.ome.zarr`), { recursive: true })
    await page.getByTestId('receipt').getByRole('button', { name: 'Close' }).click()
  }
  // The first run fills caches and pools.
  const [first, ...later] = seen
  for (const { pageMB, mainMB } of later) {
    expect(pageMB - (first?.pageMB ?? 0), 'growth of the page in MB').toBeLessThan(PAGE_MB)
    expect(mainMB - (first?.mainMB ?? 0), 'growth of main in MB').toBeLessThan(MAIN_MB)
  }
})
