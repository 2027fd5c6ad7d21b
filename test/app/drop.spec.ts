/** Dropping on the window: a file, a folder, or any part of a dataset opens the whole (R1); the page can't name a path by itself. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { recordSome, useNewFolder, view } from './bench'

async function drop(page: Page, path: string, look?: () => Promise<void>): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 500, y: 400, data })
    if (type === 'dragOver') await look?.()
  }
  await session.detach()
}

test('a dropped file, folder, and any inner file of a dataset open the dataset', async ({ launched }) => {
  const { page } = launched
  const folder = await useNewFolder(launched)
  await recordSome(page, 4)
  for (const [inner, name] of [
    ['run_001.ome.tiff', 'run_001.ome.tiff'],
    ['run_001.ome.zarr', 'run_001.ome.zarr'],
    ['run_001.ome.zarr/zarr.json', 'run_001.ome.zarr'],
    ['run_001.ome.zarr/0/zarr.json', 'run_001.ome.zarr'],
    ['run_001.ome.zarr/OME/METADATA.ome.xml', 'run_001.ome.zarr']
  ] as const) {
    await view(page, 'Devices')
    await drop(page, join(folder, inner), async () => {
      await expect(page.getByText('Drop it to open it in Review')).toBeVisible()
      if (inner === 'run_001.ome.tiff') await page.screenshot({ path: 'test-results/drop.png' })
    })
    await expect(page.getByRole('heading', { name, exact: true })).toBeVisible()
    await expect(page.getByText('Drop it to open it in Review')).toHaveCount(0)
    await page.getByRole('button', { name: 'Close this dataset' }).click()
  }

  await drop(page, join(folder, 'nothing-here.txt'))
  await expect(page.getByRole('dialog')).toContainText('nothing-here.txt')
})

test('a file that the page makes up has no path and opens nothing', async ({ launched }) => {
  const { page } = launched
  await view(page, 'Review')
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.items.add(new File(['x'], '/etc/passwd'))
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: data }))
  })
  await page.waitForTimeout(300)
  await expect(page.getByRole('dialog')).toHaveCount(0)
})
