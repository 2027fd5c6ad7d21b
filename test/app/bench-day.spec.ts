/** A bench day from the first start to two judged datasets: who and which objective, the sample, a Multi-D run, an event run with a note, a mark, a tag and an edited cell. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { complaints, judge, runPython } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { cells, ready, view } from './bench'

const field = (page: Page, name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('textbox', { name, exact: true })

const zarrRoot = (folder: string, name: string): Record<string, never> =>
  (JSON.parse(readFileSync(join(folder, name, 'zarr.json'), 'utf8')) as { attributes: Record<string, never> })
    .attributes

/** What ome-types reads out of an OME-TIFF. */
async function omeTypes(path: string): Promise<Record<string, unknown>> {
  const script = [
    'import json, sys',
    'from ome_types import from_tiff',
    'ome = from_tiff(sys.argv[1])',
    'pixels = ome.images[0].pixels',
    'print(json.dumps({',
    '  "who": [e.last_name for e in ome.experimenters],',
    '  "objective": [[o.nominal_magnification, o.lens_na] for i in ome.instruments for o in i.objectives],',
    '  "description": ome.images[0].description or "",',
    '  "channels": [c.name for c in pixels.channels],',
    '  "sizes": [pixels.size_t, pixels.size_c, pixels.size_z]}))'
  ]
  const { code, stdout, stderr } = await runPython(['-c', script.join('\n'), path])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Record<string, unknown>
}

async function planMultiD(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Multi-D' }).click()
  await page.getByRole('button', { name: 'Edit the plan…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Multi-D' })
  await dialog.getByLabel('Time points').fill('4')
  await dialog.getByLabel('Interval').fill('50')
  await dialog.getByRole('switch', { name: 'Use Positions' }).click()
  for (let i = 0; i < 2; i++) await dialog.getByRole('button', { name: 'Add where the stage stands' }).click()
  await dialog.getByLabel('x of Position 2').fill('130')
  await dialog.getByLabel('x of Position 2').blur()
  await dialog.getByRole('switch', { name: 'Use Channels' }).click()
  for (const [i, name] of ['DAPI', 'GFP'].entries()) {
    await dialog.getByRole('button', { name: 'Add a channel' }).click()
    await dialog.getByTestId('channel').nth(i).getByLabel('Name').fill(name)
  }
  await dialog.getByRole('switch', { name: 'Use Z stack' }).click()
  await dialog.getByLabel('From').fill('-1')
  await dialog.getByLabel('To, µm').fill('1')
  await dialog.getByLabel('To, µm').blur()
  await expect(dialog.getByTestId('multi-d-total')).toContainText('= 48 frames')
  await dialog.getByRole('button', { name: 'Done' }).click()
}

test('bench day', async ({ start }) => {
  test.setTimeout(240_000)
  const folder = newFolder()
  const camera = { width: 128, height: 96, pixelType: 'uint16', exposureMs: 5 } as const
  const tags = ['divides']
  const { page } = await start({
    userData: profile({ folder, format: 'both', camera, tags, intervalMs: 150 })
  })
  await ready(page)

  // The first start asks two things.
  const welcome = page.getByTestId('welcome')
  await welcome.getByRole('textbox', { name: 'Who are you?' }).fill('Ada Lovelace')
  await welcome.getByRole('textbox', { name: 'Which objective is on?' }).fill('60x 1.4 oil')
  await welcome.getByRole('button', { name: 'Done' }).click()
  await field(page, 'Sample').fill('HeLa, passage 12')
  await field(page, 'What was done').fill('Nocodazole 3 µM, 2 h')
  await field(page, 'Condition').fill('nocodazole')
  await field(page, 'Dose').fill('3 uM')

  // Multi-D: 2 positions × 2 channels × 3 z × 4 t.
  await planMultiD(page)
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true', { timeout: 60_000 })
  await expect(page.getByTestId('receipt-file').first()).toHaveAttribute('data-readable', '48')

  // An event run: a note, a mark, a tag, and a cell by hand.
  await page.getByRole('radio', { name: 'Interval' }).click()
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect
    .poll(async () => Number(await page.getByTestId('written').getAttribute('data-value')))
    .toBeGreaterThan(3)
  await page.keyboard.press('n')
  await page.keyboard.type('first division?')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('note-state')).toContainText('Saved with frame')
  const noted = Number(/(\d+)/.exec((await page.getByTestId('note-state').textContent()) ?? '')?.[1])
  await page.keyboard.press('Escape')
  await page.keyboard.press('m')
  await expect(page.getByTestId('marked')).toContainText('is marked')
  await page.keyboard.press('1')
  await expect(page.getByTestId('marked')).toContainText('divides')
  const tagged = Number(/Frame (\d+)/.exec((await page.getByTestId('marked').textContent()) ?? '')?.[1])
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Add a column of your own' }).click()
  await page.getByRole('textbox', { name: 'Column name' }).fill('cells')
  await page.keyboard.press('Enter')
  const newest = Number(await page.getByTestId('written').getAttribute('data-value')) - 1
  const cell = page.locator(`[data-testid="frame-row"][data-frame="${newest}"] [data-key="cells"]`)
  await cell.dblclick()
  await page.keyboard.type('17')
  await page.keyboard.press('Enter')
  await expect(cell).toHaveText('17')
  await page.screenshot({ path: 'test-results/bench-day.png' })
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true')

  // Every value as typed, in both formats, before the judges.
  for (const name of ['run_001', 'run_001.ome.zarr', 'run_002.ome.tiff', 'run_002.ome.zarr'])
    expect(complaints(await judge(join(folder, name))), name).toEqual([])
  for (const [path, sizes] of [
    ['run_001/run_001_p000.ome.tiff', [4, 2, 3]],
    ['run_002.ome.tiff', [newest + 1, 1, 1]]
  ] as const) {
    const seen = await omeTypes(join(folder, path))
    expect(seen).toMatchObject({ who: ['Lovelace'], objective: [[60, 1.4]], sizes })
    expect(seen['description']).toContain('HeLa, passage 12')
  }
  expect((await omeTypes(join(folder, 'run_001/run_001_p000.ome.tiff')))['channels']).toEqual(['DAPI', 'GFP'])
  const { benchframe, ome_writers } = zarrRoot(folder, 'run_002.ome.zarr') as unknown as {
    benchframe: { form: Record<string, unknown> }
    ome_writers: { frame_metadata: Record<string, unknown>[] }
  }
  expect(benchframe.form).toMatchObject({
    sample: 'HeLa, passage 12',
    done: 'Nocodazole 3 µM, 2 h',
    operator: 'Ada Lovelace',
    dose: { value: 3, unit: 'µM' }
  })
  const records = ome_writers.frame_metadata
  expect(records[newest]).toMatchObject({ cells: 17 })
  expect(records[tagged]).toMatchObject({ tags: 'divides' })
  expect(records.filter(({ mark }) => mark === true)).toHaveLength(1)

  // Reopened in the app: the same values in the table.
  await page.getByRole('button', { name: 'Open in Review' }).first().click()
  await expect(page.getByRole('heading', { name: 'run_002.ome.tiff' })).toBeVisible()
  await expect(page.getByTestId('row-count')).toContainText(`${newest + 1} frames`)
  expect(await cells(page, noted)).toMatchObject({ note: 'first division?' })
  // The note, the mark and the tag are flags on the slider.
  expect(await page.getByTestId('flag').count()).toBeGreaterThanOrEqual(2)
  await page.screenshot({ path: 'test-results/bench-day-review.png' })
  await view(page, 'Acquire')
})
