// The check of a dataset in Review: plain words, a verdict for Fiji, and a repair that is made and undone.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { runCli } from '../support/cli'
import { ready, view } from './bench'

test.describe.configure({ timeout: 120_000 })

test('a dataset is checked, repaired and the repair undone', async ({ launched }) => {
  const { app, page } = launched
  const out = join(mkdtempSync(join(tmpdir(), 'benchframe-check-')), 'run')
  const what = ['--frames', '4', '--size', '64x48', '--trigger', 'interval:20', '--format', 'ome-zarr']
  expect(await runCli('acquire', out, ...what)).toMatchObject({ code: 0 })
  const document = join(`${out}.ome.zarr`, 'zarr.json')
  const odd = readFileSync(document, 'utf8').replaceAll('"space","unit":"micrometer"', '"space","unit":"um"')
  writeFileSync(document, odd)
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, `${out}.ome.zarr`)
  await ready(page)
  await view(page, 'Review')
  await page.getByRole('button', { name: 'Open a folder…' }).click()
  await expect(page.getByTestId('row-count')).toContainText('4')
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await expect(page.getByTestId('fiji-verdict')).toContainText('plugin')
  await expect(page.getByTestId('repairs')).toContainText('um → micrometer')
  await page.getByRole('button', { name: 'Repair', exact: true }).click()
  await expect(page.getByTestId('repairs')).toHaveCount(0)
  await expect(page.getByTestId('check-findings')).toContainText('Nothing wrong was found')
  expect(readFileSync(document, 'utf8')).not.toContain('"um"')
  await page.getByRole('button', { name: 'Read every plane' }).click()
  await expect(page.getByTestId('check-findings')).toContainText('4 frames are whole')
  await page.getByRole('button', { name: 'Undo the last repair' }).click()
  await expect(page.getByTestId('repairs')).toBeVisible()
  expect(readFileSync(document, 'utf8')).toBe(odd)
})
