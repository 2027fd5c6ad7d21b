/**
 * npm run bench -- app [--quick]: the real app with live view and table on while it records 512² at 100 frames a second. Prints frames dropped,
 * the delays of main's event loop, the page's long tasks and pictures a second. A figure, not a test: other load on the machine shows in it.
 */
import { rm } from 'node:fs/promises'
import { expect, test } from '../support/app'
import { newFolder, profile } from '../support/profile'
import { receiptOf } from './receipt-of'

const SECONDS = process.env.BENCH_QUICK === undefined ? 30 : 8

interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** Delays of more than 50 ms. */
  readonly over50: number
}

test('512² at 100 fps with live view and table', async ({ start }) => {
  test.setTimeout((SECONDS + 90) * 1000)
  const camera = { width: 512, height: 512, pixelType: 'uint16', exposureMs: 4 } as const
  const folder = newFolder()
  const settings = { folder, format: 'both', intervalMs: 10, seconds: SECONDS, camera } as const
  const { app, page } = await start({ userData: profile(settings) })
  await page.evaluate(() => {
    const seen = { long: [] as number[], pictures: 0 }
    Object.assign(globalThis, { seen })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.long.push(Math.round(duration))
    }).observe({ entryTypes: ['longtask'] })
    new MutationObserver(() => (seen.pictures += 1)).observe(
      document.querySelector('[data-testid=picture]') ?? document.body,
      {
        attributes: true,
        attributeFilter: ['data-frame']
      }
    )
  })
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(page.getByTestId('run-state')).toContainText('Recording')
  await app.evaluate(() => {
    const watch = { last: performance.now(), delays: [] as number[] }
    Object.assign(globalThis, { watch })
    setInterval(() => {
      const now = performance.now()
      watch.delays.push(now - watch.last - 5)
      watch.last = now
    }, 5)
  })
  await page.waitForTimeout((SECONDS - 2) * 1000)
  const loop = await app.evaluate((): LoopDelay => {
    const { delays } = (globalThis as unknown as { watch: { delays: number[] } }).watch
    const sorted = [...delays].sort((a, b) => a - b)
    const at = (part: number): number =>
      Math.round((sorted[Math.floor(part * (sorted.length - 1))] ?? 0) * 10) / 10
    return { p50: at(0.5), p99: at(0.99), max: at(1), over50: sorted.filter((delay) => delay > 50).length }
  })
  await expect(page.getByTestId('verdict')).toBeVisible({ timeout: 60_000 })
  const seen = await page.evaluate(
    () => (globalThis as unknown as { seen: { long: number[]; pictures: number } }).seen
  )
  const receipt = await receiptOf(page)
  await rm(folder, { recursive: true }) // gigabytes
  const figures = {
    seconds: SECONDS,
    frames: receipt.written,
    dropped: receipt.dropped,
    losses: receipt.losses,
    mainLoopDelayMs: loop,
    pageTasksOver100ms: seen.long.filter((ms) => ms > 100),
    picturesPerSecond: Math.round(seen.pictures / SECONDS)
  }
  process.stdout.write(`${JSON.stringify(figures, null, 1)}\n`)
})
