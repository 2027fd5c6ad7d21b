// A recording that is still running, looked at in Review at the same time.
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { counter, ready, useNewFolder, view } from './bench'

test.describe.configure({ timeout: 180_000 })

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
  const rows = async (): Promise<number> =>
    Number(
      /^[\d\u202f]+/
        .exec((await page.getByTestId('row-count').textContent()) ?? '')?.[0]
        .replace('\u202f', '')
    )
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
