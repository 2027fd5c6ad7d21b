/** Wells of a plate from the form to the judged dataset: chosen with pointer and keys, placed by A1 and a second well, checked against the reach of the stage. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { faults, ready } from './bench'

const moveTo = async (page: Page, axis: 'x' | 'y', value: number): Promise<void> => {
  await page.evaluate(
    async ([property, to]) => {
      const answer = await window.benchframe?.call('devices.set', {
        device: 'sim-stage',
        property,
        value: to
      })
      if (answer?.ok !== true) throw new Error(JSON.stringify(answer))
    },
    [axis, value] as const
  )
  await expect(page.getByTestId(`reading-position_${axis}`).first()).toContainText(String(value))
}

const fill = async (field: Locator, value: string): Promise<void> => {
  await field.fill(value)
  await field.press('Tab')
}

test('wells are clicked, dragged and typed, placed under the stage, recorded, and a plate to every reader (S12)', async ({
  start
}) => {
  test.setTimeout(240_000)
  const folder = newFolder()
  const camera = { width: 64, height: 48, pixelType: 'uint16', exposureMs: 2 } as const
  const userData = profile({ folder, format: 'both', camera, triggerKind: 'multi-d' })
  const { page } = await start({ userData })
  await page.setViewportSize({ width: 1280, height: 720 })
  await ready(page)
  await page.getByRole('button', { name: 'Edit the plan…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Multi-D' })
  await fill(dialog.getByLabel('Time points'), '2')
  await fill(dialog.getByLabel('Interval'), '0')
  await dialog.getByRole('switch', { name: 'Use Positions' }).click()
  await dialog.getByRole('radio', { name: 'Plate' }).click()
  const count = dialog.getByTestId('plate-count')
  const total = dialog.getByTestId('multi-d-total')
  const well = (name: string): Locator => dialog.getByRole('gridcell', { name, exact: true })
  const drag = async (from: string, to: string): Promise<void> => {
    await well(from).hover()
    await page.mouse.down()
    await well(to).hover()
    await page.mouse.up()
  }
  await expect(total).toContainText('No well is chosen')

  await drag('B2', 'C4')
  await expect(count).toHaveText('6 wells')
  await well('B3').click()
  await expect(count).toHaveText('5 wells')
  await dialog.getByRole('button', { name: 'Column 12', exact: true }).click()
  await expect(count).toHaveText('13 wells')
  await dialog.getByRole('button', { name: 'Row A', exact: true }).click()
  await expect(count).toHaveText('24 wells')
  await well('E1').click()
  await well('F3').click({ modifiers: ['Shift'] })
  await expect(count).toHaveText('30 wells')
  await expect(total).toContainText('go to the centre of A1')
  for (const theme of ['light', 'red', 'dark']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme)
    await well('D6').scrollIntoViewIfNeeded()
    await page.screenshot({ path: `test-results/plate-${theme}.png` })
    expect(await faults(page), theme).toEqual([])
  }
  // Everything on and off with one key; then a few with the keys alone.
  await well('F3').click()
  await page.keyboard.press('Control+a')
  await expect(count).toHaveText('96 wells')
  await page.keyboard.press('Control+a')
  await expect(count).toHaveText('0 wells')
  await page.keyboard.press('Shift+Space')
  await expect(count).toHaveText('12 wells')
  await page.keyboard.press('Control+Space')
  await expect(count).toHaveText('19 wells')
  await page.keyboard.press('Shift+Space')
  await expect(count).toHaveText('7 wells')
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+a')
  await expect(count).toHaveText('0 wells')

  await dialog.getByRole('combobox', { name: 'Plate' }).click()
  await page.getByRole('option', { name: 'Own…' }).click()
  await fill(dialog.getByLabel('Distance of columns'), '60')
  await fill(dialog.getByLabel('Distance of rows'), '40')
  await fill(dialog.getByLabel('Rows', { exact: true }), '3')
  await fill(dialog.getByLabel('Columns', { exact: true }), '4')
  await well('A1').click()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(well('B3')).toHaveAttribute('aria-selected', 'true')
  await expect(well('B3')).toBeFocused()
  await expect(count).toHaveText('3 wells')
  await fill(dialog.getByLabel('Columns of fields'), '2')
  await dialog.getByRole('button', { name: 'Side by side' }).click()
  await expect(count).toHaveText('3 wells × 2 fields')

  await dialog.getByRole('button', { name: 'Centre of A1 is here' }).click()
  await expect(dialog.getByTestId('plate-a1')).toContainText('x 100.0, y 200.0')
  await expect(total).toContainText('2 times × 3 wells × 2 fields = 12 frames')
  await dialog.getByText('Turned or mirrored').click()
  await moveTo(page, 'x', 280)
  await moveTo(page, 'y', 203)
  await dialog.getByRole('button', { name: 'Centre of A4 is here' }).click()
  await expect(dialog.getByText('turned by 0.95°')).toBeVisible()
  await dialog.getByText('Turned or mirrored').scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/plate-placed.png' })

  // Wells out of reach are named, and nothing starts.
  await fill(dialog.getByLabel('Distance of rows'), '30000')
  await expect(total).toContainText(/Wells B3, B2 lie outside of the stage/)
  await fill(dialog.getByLabel('Distance of rows'), '40')
  await expect(total).toContainText('12 frames')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByTestId('multi-d-plan')).toContainText('3 wells × 2 fields')

  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true', { timeout: 60_000 })
  await expect(page.getByTestId('receipt-file').first()).toHaveAttribute('data-readable', '12')
  const zarr = join(folder, 'run_001.ome.zarr')
  for (const path of [join(folder, 'run_001'), zarr])
    expect(complaints(await judge(path, { bioformats: 'require' }))).toEqual([])
  interface Root {
    readonly attributes: {
      readonly ome: { readonly plate: { readonly wells: readonly { readonly path: string }[] } }
      readonly ome_writers: { readonly frame_metadata: readonly Readonly<Record<string, unknown>>[] }
    }
  }
  const at = (group: string): Root['attributes'] =>
    (JSON.parse(readFileSync(join(zarr, group, 'zarr.json'), 'utf8')) as Root).attributes
  expect(at('.').ome.plate.wells.map(({ path }) => path)).toEqual(['A/1', 'B/3', 'B/2'])
  // B3: two columns and a row from A1, turned by 0.95°; the second field half a frame to the right of its middle.
  const [record] = at('B/3/1').ome_writers.frame_metadata
  expect(record?.position_name).toBe('B3-2')
  const turn = Math.atan2(3, 180)
  const dx = 120 + (64 * 0.325) / 2
  expect(record?.position_x).toBeCloseTo(100 + dx * Math.cos(turn) - 40 * Math.sin(turn), 1)
  expect(record?.position_y).toBeCloseTo(200 + dx * Math.sin(turn) + 40 * Math.cos(turn), 1)

  await page.getByRole('button', { name: 'Open in Review' }).first().click()
  await expect(page.getByTestId('row-count')).toContainText('12 frames')
  await page.screenshot({ path: 'test-results/plate-review.png' })
})
