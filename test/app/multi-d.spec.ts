/** Multi-D from the form to the judged dataset: axes turned on, positions taken from the stage, channels, z; the count before is the count after. */
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { view } from './bench'

test('2 positions × 2 channels × 3 z × 4 t are planned, recorded and all there (S12)', async ({ start }) => {
  test.setTimeout(120_000)
  const folder = newFolder()
  const camera = { width: 128, height: 96, pixelType: 'uint16', exposureMs: 5 } as const
  const { page } = await start({ userData: profile({ folder, format: 'both', camera }) })
  await page.getByRole('radio', { name: 'Multi-D' }).click()
  await page.getByRole('button', { name: 'Edit the plan…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Multi-D' })
  await dialog.getByLabel('Time points').fill('4')
  await dialog.getByLabel('Interval').fill('100')
  await dialog.getByRole('switch', { name: 'Use Positions' }).click()
  const add = dialog.getByRole('button', { name: 'Add where the stage stands' })
  await add.click()
  await add.click()
  await dialog.getByLabel('x of Position 2').fill('140')
  await dialog.getByLabel('x of Position 2').blur()
  await dialog.getByRole('switch', { name: 'Use Channels' }).click()
  await dialog.getByRole('button', { name: 'Add a channel' }).click()
  await dialog.getByRole('combobox', { name: 'Set…' }).click()
  await page.getByRole('option', { name: /^Power/ }).click()
  await dialog.getByLabel(/^Power set for Channel 1/).fill('10')
  await dialog.getByLabel(/^Power set for Channel 1/).blur()
  await dialog.getByRole('button', { name: 'Add a channel' }).click()
  await dialog.getByLabel(/^Power set for Channel 2/).fill('40')
  await dialog.getByLabel(/^Power set for Channel 2/).blur()
  await dialog.getByTestId('channel').last().getByLabel('Name').fill('GFP')
  await dialog.getByTestId('channel').last().getByLabel('Name').blur()
  await dialog.getByRole('switch', { name: 'Use Z stack' }).click()
  await dialog.getByLabel('From').fill('-1')
  await dialog.getByLabel('To, µm').fill('1')
  await dialog.getByLabel('To, µm').blur()
  await expect(dialog.getByTestId('multi-d-total')).toContainText('48 frames')
  await expect(dialog.getByTestId('multi-d-total')).toContainText(
    '4 times × 2 positions × 2 channels × 3 z = 48 frames'
  )
  await page.screenshot({ path: 'test-results/multi-d.png' })
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.screenshot({ path: 'test-results/multi-d-set.png' })

  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true', { timeout: 60_000 })
  await expect(page.getByTestId('receipt-file').first()).toHaveAttribute('data-readable', '48')
  for (const name of ['run_001', 'run_001.ome.zarr'])
    expect(complaints(await judge(join(folder, name)))).toEqual([])
  const root = readFileSync(join(folder, 'run_001.ome.zarr', 'Position_2', 'zarr.json'), 'utf8')
  expect(root).toContain('GFP')

  await page.getByRole('button', { name: 'Open in Review' }).first().click()
  await expect(page.getByTestId('row-count')).toContainText('48 frames')
  await page.screenshot({ path: 'test-results/multi-d-review.png' })

  // A plan that can't be carried out says why and can't be started.
  await view(page, 'Acquire')
  await page.getByRole('button', { name: 'Edit the plan…' }).click()
  await dialog.getByLabel('x of Position 2').fill('999999')
  await dialog.getByLabel('x of Position 2').blur()
  await expect(dialog.getByTestId('multi-d-total')).toContainText('lies outside of the stage')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('button', { name: 'Record', exact: true })).toBeDisabled()
})
