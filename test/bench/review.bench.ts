/** The app's part of `npm run bench -- review`: opening, scrubbing and the table on the real page. Figures, not verdicts. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import type { Launched } from '../support/launch'

const folder = process.env.BENCH_DATA ?? ''
const SCRUBBED = 1000

const open = ({ app }: Launched, path: string): Promise<void> =>
  app.evaluate(
    ({ app: self }, file) => void self.emit('open-file', { preventDefault: () => undefined }, file),
    path
  )
const line = (name: string, value: string): void => {
  process.stdout.write(`${name.padEnd(64)} ${value.padStart(22)}\n`)
}

/** From the moment the system names the file until its first picture is drawn; the second time, so that everything is warm. */
async function firstPicture(launched: Launched, name: string): Promise<void> {
  const { page } = launched
  let taken = 0
  for (let i = 0; i < 2; i++) {
    await expect(page.locator('[data-ready="true"]')).toBeVisible()
    const drawn = page.evaluate(async (heading) => {
      const seen = (): boolean =>
        document.querySelector('h1')?.textContent === heading &&
        document.querySelector('[data-testid=picture]')?.getAttribute('data-frame') === '0'
      while (!seen()) await new Promise(requestAnimationFrame)
      return Date.now()
    }, name)
    const started = Date.now()
    await open(launched, join(folder, name))
    taken = (await drawn) - started
    await page.getByRole('button', { name: 'Close this dataset' }).click()
  }
  line(`app, ${name}: first picture`, `${taken} ms`)
}

/** Steps with a key; each step's time is that until its own frame is on the screen. */
const scrub = (page: Page, steps: number): Promise<number[]> =>
  page.evaluate(async (count) => {
    const picture = document.querySelector('[data-testid=picture]')
    const times: number[] = []
    for (let frame = 1; frame <= count; frame++) {
      const started = performance.now()
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))
      while (picture?.getAttribute('data-frame') !== String(frame)) await new Promise(requestAnimationFrame)
      times.push(performance.now() - started)
    }
    return times
  }, steps)

test('review', async ({ launched }) => {
  test.setTimeout(400_000)
  const { page } = launched
  await firstPicture(launched, 'ten-thousand.ome.tiff')
  await firstPicture(launched, 'chunks.ome.zarr')

  await open(launched, join(folder, 'ten-thousand.ome.tiff'))
  await expect(page.getByTestId('row-count')).toContainText(/10.000 frames/)
  await page.locator('h1').click()
  const times = (await scrub(page, SCRUBBED)).sort((a, b) => a - b)
  const at = (part: number): string => (times[Math.floor(times.length * part)] ?? NaN).toFixed(0)
  line(`app, ${SCRUBBED} frames by key, each the right one`, `p50 ${at(0.5)}, p95 ${at(0.95)} ms`)

  await open(launched, join(folder, 'table.ome.tiff'))
  await expect(page.getByTestId('row-count')).toContainText(/100.000 frames/, { timeout: 60_000 })
  await page.waitForTimeout(3000)
  const heading = page.getByRole('columnheader', { name: /temperature/ })
  const sorts: number[] = []
  for (let i = 0; i < 4; i++) {
    const taken = await heading.evaluate(async (element) => {
      const first = (): string | undefined =>
        document.querySelector('[data-testid=frame-row]')?.getAttribute('data-frame') ?? undefined
      const before = first()
      const started = performance.now()
      ;(element.querySelector('button') ?? (element as HTMLElement)).click()
      while (first() === before && performance.now() - started < 5000)
        await new Promise(requestAnimationFrame)
      return performance.now() - started
    })
    sorts.push(taken)
  }
  line('app, table of 100 000 rows: sort', `${Math.max(...sorts).toFixed(0)} ms at most`)
  const long = await page
    .getByRole('grid')
    .first()
    .evaluate(async (grid) => {
      const tasks: number[] = []
      const observer = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(Math.round(duration))
      })
      observer.observe({ entryTypes: ['longtask'] })
      for (let i = 0; i < 300; i++) {
        grid.scrollTop = (i * (grid.scrollHeight - grid.clientHeight)) / 299
        await new Promise(requestAnimationFrame)
      }
      await new Promise((done) => setTimeout(done, 300))
      observer.disconnect()
      return tasks
    })
  line(
    'app, table of 100 000 rows: tasks above 50 ms in 300 scrolls',
    long.length === 0 ? 'none' : long.join(', ')
  )
})
