/** A recording is set up as an older one was: what would change is shown first, for both formats, and then it is so. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { newFolder, profile } from '../support/profile'
import { ready } from './bench'

const row = (page: Page, name: string) => page.getByTestId('setup-difference').filter({ hasText: name })

for (const { name, item } of [
  { name: 'run_001.ome.tiff', item: 'Set up as an OME-TIFF file…' },
  { name: 'run_001.ome.zarr', item: 'Set up as an OME-Zarr folder…' }
])
  test(`settings of a run come back out of ${name}`, async ({ start }) => {
    test.setTimeout(120_000)
    const folder = newFolder()
    const camera = { width: 128, height: 96, pixelType: 'uint16', exposureMs: 5 } as const
    const { app, page } = await start({
      userData: profile({
        folder,
        format: 'both',
        triggerKind: 'interval',
        intervalMs: 120,
        frames: 4,
        fullPool: 'drop newest',
        camera
      })
    })
    await ready(page)
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true', { timeout: 30_000 })

    const until = page.getByRole('radiogroup', { name: 'Until' })
    await page.getByRole('textbox', { name: 'Interval' }).fill('900')
    await until.getByRole('radio', { name: 'Stopped' }).click()
    await page.getByRole('radio', { name: 'OME-Zarr' }).click()
    await page.getByRole('textbox', { name: 'Exposure' }).fill('8')
    await page.getByRole('textbox', { name: 'Exposure' }).blur()
    await page.getByRole('radio', { name: 'Snap' }).click()

    await app.evaluate(
      ({ dialog }, path) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
      },
      join(folder, name)
    )
    const look = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Set up as before' }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }
    await look()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText(name)
    await expect(row(page, 'Frame on')).toContainText('SnapInterval')
    await expect(row(page, 'Number of frames')).toContainText('no limit4')
    await expect(row(page, 'Exposure')).toContainText('8 ms5 ms')
    await expect(page.getByTestId('setup-difference')).toHaveCount(5)
    await page.screenshot({ path: `test-results/acquire-setup-${name}.png` })
    await dialog.getByRole('button', { name: 'Set 5 values' }).click()
    await expect(page.getByRole('textbox', { name: 'Interval' })).toHaveValue('120')
    await expect(until.getByRole('radio', { name: 'Frames' })).toBeChecked()
    await expect(page.getByRole('textbox', { name: 'Exposure' })).toHaveValue('5')
    await look()
    await expect(dialog).toContainText('Everything is set up like that already.')
  })
