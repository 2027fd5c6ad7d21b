// A recording that is still running, of this or another process, looked at in Review at the same time.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { startCli } from '../support/cli'
import { counter, ready, rowOf, shownFrame, useNewFolder, view } from './bench'

test.describe.configure({ timeout: 180_000 })

async function rowCount(page: Page): Promise<number> {
  const told = /^[\d\u202f]+/.exec((await page.getByTestId('row-count').textContent()) ?? '')
  return Number(told?.[0].replaceAll('\u202f', ''))
}

test('Review opens a recording that is still running and follows it (R13)', async ({ launched }) => {
  const { app, page } = launched
  await ready(page)
  const folder = await useNewFolder(launched)
  await page.getByRole('radio', { name: 'Interval' }).click()
  await page.getByRole('textbox', { name: 'Interval' }).fill('100')
  await page.getByRole('radio', { name: 'OME-Zarr' }).click()
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect.poll(() => counter(page, 'durable'), { timeout: 30_000 }).toBeGreaterThan(5)

  await app.evaluate(
    ({ dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
    },
    join(folder, 'run_001.ome.zarr')
  )
  await view(page, 'Review')
  await page.getByRole('button', { name: 'Open a folder…' }).click()
  await expect(page.getByTestId('dataset-state')).toContainText('still recording')
  const rows = (): Promise<number> => rowCount(page)
  await expect.poll(rows).toBeGreaterThan(2)
  const before = await rows()
  await expect.poll(rows, { timeout: 30_000 }).toBeGreaterThan(before + 10)
  await page.keyboard.press('End')
  await expect(page.getByTestId('missing-plane')).toHaveCount(0)

  await page.keyboard.press('Control+.')
  await expect(page.getByTestId('phase')).toHaveAttribute('data-phase', 'finished', { timeout: 30_000 })
  await expect(page.getByTestId('dataset-state')).toHaveCount(0, { timeout: 30_000 })
  await view(page, 'Acquire')
  const readable = Number(await page.getByTestId('receipt-file').first().getAttribute('data-readable'))
  await view(page, 'Review')
  await expect.poll(rows, { timeout: 30_000 }).toBe(readable)
})

const FRAMES = 300

/** Frames that the journal of a run in this folder holds by now. */
function journaled(folder: string): number {
  const name = readdirSync(folder).find((each) => each.endsWith('.journal'))
  const file = join(folder, name ?? '', 'frames.jsonl')
  return name === undefined || !existsSync(file) ? 0 : readFileSync(file, 'latin1').split(',"f",').length - 1
}

for (const suffix of ['.ome.tiff', '.ome.zarr']) {
  test(`what another process records is followed in ${suffix}, and what is looked at stays (S16, R13)`, async ({
    launched
  }) => {
    const { app, page } = launched
    await ready(page)
    const folder = await mkdtemp(join(tmpdir(), 'benchframe-other-process-'))
    const other = startCli([
      ...['acquire', join(folder, 'run'), '--frames', String(FRAMES), '--trigger', 'interval:50'],
      ...['--size', '96x64', '--format', 'both']
    ])
    const file = join(folder, `run${suffix}`)
    await expect.poll(() => journaled(folder), { timeout: 20_000 }).toBeGreaterThan(30)
    await app.evaluate(
      ({ app: self }, path) => void self.emit('open-file', { preventDefault: () => undefined }, path),
      file
    )
    await expect(page.getByTestId('dataset-state')).toContainText('still recording')
    const follow = page.getByRole('button', { name: 'Follow newest' })
    await expect(follow).toHaveAttribute('aria-pressed', 'true')
    for (let i = 0; i < 3; i++) {
      const recorded = journaled(folder)
      await expect
        .poll(() => rowCount(page), { timeout: 2_000, intervals: [50] })
        .toBeGreaterThanOrEqual(recorded)
    }
    await expect.poll(() => shownFrame(page)).toBeGreaterThan(30)

    // an older frame is looked at: picture, row and scroll stay there
    const table = page.getByRole('grid').first()
    await (await rowOf(page, 12)).click()
    await expect(page.getByTestId('picture')).toHaveAttribute('data-frame', '12')
    await expect(follow).toHaveAttribute('aria-pressed', 'false')
    const top = await table.evaluate((element) => element.scrollTop)
    const before = await rowCount(page)
    await expect.poll(() => rowCount(page), { timeout: 10_000 }).toBeGreaterThan(before + 30)
    expect(await table.evaluate((element) => element.scrollTop)).toBe(top)
    await expect(page.getByTestId('shown-frame')).toHaveAttribute('data-frame', '12')

    await page.keyboard.press('End')
    await expect(follow).toHaveAttribute('aria-pressed', 'true')
    expect((await other.done).code).toBe(0)
    await expect(page.getByTestId('dataset-state')).toHaveCount(0, { timeout: 10_000 })
    await expect.poll(() => rowCount(page)).toBe(FRAMES)
    await expect(page.getByTestId('picture')).toHaveAttribute('data-frame', String(FRAMES - 1))
    await expect(page.getByTestId('missing-plane')).toHaveCount(0)
    await expect(page.getByTestId('missing-count')).toHaveCount(0)
  })
}
