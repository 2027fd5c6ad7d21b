/** A plate is opened with its map; a well is chosen by mouse or arrow keys, and picture, table and sliders go with it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import type { Launched } from '../support/launch'
import { plateValue, writePlate } from '../support/plate'
import { ready, rowOf } from './bench'

let folder = ''
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-plate-'))
})
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = ({ app }: Launched, path: string): Promise<void> =>
  app.evaluate(
    ({ app: self }, file) => void self.emit('open-file', { preventDefault: () => undefined }, file),
    path
  )

const value = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('probe').locator('b').textContent())

async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).include('aside').analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 2).map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`)
  )
}

/** Pictures to look at, and the accessibility of what is seen. */
async function inEveryTheme(page: Page, name: string, judged: boolean): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const theme = (await page.locator('html').getAttribute('data-theme')) ?? 'dark'
    await page.screenshot({ path: `test-results/${name}-${theme}.png` })
    if (judged) expect(await faults(page), theme).toEqual([])
    await page.getByRole('button', { name: /^Theme/ }).click()
  }
}

const WELLS_96 = [
  { row: 'A', column: '1', fields: 2 },
  { row: 'A', column: '2', fields: 1 },
  { row: 'B', column: '2', fields: 1 },
  { row: 'D', column: '7', fields: 3 },
  { row: 'H', column: '12', fields: 1 }
]

test('wells are filled or empty, and each leads to its first field (96 wells, OME-TIFF)', async ({
  launched
}) => {
  const { app, page } = launched
  await ready(page)
  const path = await writePlate(join(folder, 'small'), {
    format: 'ome-tiff',
    wells: 96,
    filled: WELLS_96,
    steps: 3
  })
  await open(launched, path)
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 720))
  const map = page.getByTestId('plate')
  await expect(map).toContainText('5 of 96 wells acquired')
  await expect(map.getByRole('gridcell')).toHaveCount(96)
  const well = (name: string) => map.getByRole('gridcell', { name: new RegExp(`^${name}:`) })
  await expect(well('A1')).toHaveAttribute('aria-selected', 'true')
  await expect(well('D7')).toHaveAttribute('aria-label', 'D7: 3 fields, 9 frames')
  await expect(well('C5')).toHaveAttribute('aria-label', 'C5: not acquired')

  // by mouse: picture, table and slider go to the first frame of the first field
  await page.getByRole('slider', { name: 'Time' }).press('End')
  await well('D7').click()
  await expect(well('D7')).toHaveAttribute('aria-selected', 'true')
  await expect(well('A1')).toHaveAttribute('aria-selected', 'false')
  await page.getByTestId('picture').hover()
  await expect.poll(() => value(page)).toBe(plateValue(4, 0))
  await expect(page.getByTestId('axis-t')).toHaveText('1 / 3')
  await expect(page.locator('[data-testid="frame-row"][aria-selected="true"]')).toContainText('D7 f0')
  await expect(page.getByTestId('well-now')).toContainText('D7')
  await expect(page.getByTestId('field-now')).toHaveText('Field 1 of 3')
  await map.getByRole('button', { name: 'Next field' }).click()
  await page.getByTestId('picture').hover()
  await expect.poll(() => value(page)).toBe(plateValue(5, 0))

  // by keyboard: over empty wells to the next that was acquired
  await well('D7').focus()
  await page.keyboard.press('ArrowDown')
  await expect(well('H12')).toHaveAttribute('aria-selected', 'true')
  await expect(well('H12')).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect(well('B2')).toHaveAttribute('aria-selected', 'true')

  // from the table: the well that a row's frame belongs to is marked
  await (await rowOf(page, 2)).click()
  await expect(page.locator('[data-testid="frame-row"][aria-selected="true"]')).toHaveAttribute(
    'data-frame',
    '2'
  )
  await expect(well('A2')).toHaveAttribute('aria-selected', 'true')

  await inEveryTheme(page, 'plate-96', true)
})

test('384 wells fit beside the picture, and the map of a plate is gone with it (OME-Zarr)', async ({
  launched
}) => {
  const { app, page } = launched
  await ready(page)
  const filled = Array.from({ length: 60 }, (_, i) => ({
    row: String.fromCharCode(65 + (i % 16)),
    column: String(1 + Math.floor(i / 16) * 6 + (i % 3)),
    fields: 1
  }))
  const path = await writePlate(join(folder, 'large'), { format: 'ome-zarr', wells: 384, filled, steps: 1 })
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 720))
  await open(launched, path)
  const map = page.getByTestId('plate')
  await expect(map.getByRole('gridcell')).toHaveCount(384)
  const inside = await map.evaluate((element) => element.scrollWidth <= element.clientWidth)
  expect(inside).toBe(true)
  await map.getByRole('gridcell', { name: /^P15:/ }).hover()
  await inEveryTheme(page, 'plate-384', false)
  await page.getByRole('button', { name: 'Close this dataset' }).click()
  await expect(map).toHaveCount(0)
})
