/** The desktop's menu: every view and the recent datasets are in it, and its entries and keys do the same. */
import type { ElectronApplication } from '@playwright/test'
import { expect, test } from '../support/app'
import { recordSome, useNewFolder, view } from './bench'

/** Chooses an entry, as `File > Open recent > run_001.ome.zarr`. */
const choose = (app: ElectronApplication, ...way: string[]): Promise<void> =>
  app.evaluate(({ Menu }, labels) => {
    let items = Menu.getApplicationMenu()?.items ?? []
    for (const [i, label] of labels.entries()) {
      const found = items.find((item) => item.label === label)
      if (found === undefined)
        throw new Error(`${label} is not among ${items.map((item) => item.label).join()}`)
      if (i === labels.length - 1) return found.click()
      items = found.submenu?.items ?? []
    }
  }, way)

test('views by menu and by key, and a recording among the recent ones', async ({ launched }) => {
  const { app, page } = launched
  const shown = page.getByRole('main')
  for (const [i, name] of ['Acquire', 'Review', 'Devices', 'Rules', 'Settings'].entries()) {
    await choose(app, 'View', name)
    await expect(shown).toHaveAccessibleName(name)
    await page.keyboard.press('F1')
    await expect(shown).toHaveAccessibleName('Help')
    await page.keyboard.press(`Control+${i + 1}`)
    await expect(shown).toHaveAccessibleName(name)
  }

  await view(page, 'Acquire')
  await useNewFolder(launched)
  await recordSome(page, 3)
  await page.getByRole('button', { name: 'Open in Review' }).first().click()
  await expect(page.getByRole('heading', { name: /run_001/ })).toBeVisible()
  await page.getByRole('button', { name: 'Close this dataset' }).click()
  await view(page, 'Acquire')
  await choose(app, 'File', 'Open recent', 'run_001.ome.tiff')
  await expect(page.getByRole('heading', { name: 'run_001.ome.tiff' })).toBeVisible()
})
