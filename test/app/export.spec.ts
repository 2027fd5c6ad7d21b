// Taking things out of Review: the picture, a movie, the table, and a new dataset with its proof.
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { runCli } from '../support/cli'
import { readTiff } from '../support/read-tiff'
import type { Launched } from '../support/launch'
import { ready, view } from './bench'

test.describe.configure({ timeout: 120_000 })

/** Opens a recording of the command line; files that the page saves go to its folder without a question. */
async function reviewed({ app, page }: Launched): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'benchframe-export-'))
  const out = join(folder, 'run')
  const what = ['--frames', '12', '--size', '200x120', '--trigger', 'interval:20', '--format', 'ome-tiff']
  expect(await runCli('acquire', out, ...what)).toMatchObject({ code: 0 })
  await app.evaluate(({ dialog, session }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [`${path}/run.ome.tiff`] })
    session.defaultSession.on('will-download', (_, item) =>
      item.setSavePath(`${path}/saved${/\.\w+$/.exec(item.getFilename())?.[0] ?? ''}`)
    )
  }, folder)
  await ready(page)
  await view(page, 'Review')
  await page.getByRole('button', { name: 'Open a file…' }).click()
  await expect(page.getByTestId('row-count')).toContainText('12')
  return folder
}

const saveTo = ({ app }: Launched, path: string): Promise<void> =>
  app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, path)

async function exported(page: Page, kind: string): Promise<void> {
  await page.getByRole('radio', { name: kind, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click()
  await expect(page.getByTestId('export-outcome')).toBeVisible({ timeout: 60_000 })
}

test('a picture, a movie and the table are saved as files that others open', async ({ launched }) => {
  const { page } = launched
  const folder = await reviewed(launched)
  await page.getByRole('button', { name: 'Export…' }).click()
  await page.getByRole('checkbox', { name: 'delta_t' }).check()
  await exported(page, 'Picture')
  const png = join(folder, 'saved.png')
  await expect.poll(() => existsSync(png) && statSync(png).size).toBeGreaterThan(1000)
  const head = readFileSync(png)
  expect(head.toString('latin1', 1, 4)).toBe('PNG')
  expect([head.readUInt32BE(16), head.readUInt32BE(20)]).toEqual([800, 480])

  await exported(page, 'Movie')
  await expect(page.getByTestId('export-outcome')).toContainText('12 frames drawn')
  const avi = join(folder, 'saved.avi')
  await expect.poll(() => existsSync(avi) && statSync(avi).size).toBeGreaterThan(10_000)
  const movie = readFileSync(avi)
  expect(movie.toString('latin1', 0, 4) + movie.toString('latin1', 8, 12)).toBe('RIFFAVI ')
  expect(movie.readUInt32LE(4)).toBe(movie.length - 8)
  expect(movie.readUInt32LE(48)).toBe(12)

  await exported(page, 'Table')
  const csv = join(folder, 'saved.csv')
  await expect.poll(() => existsSync(csv) && readFileSync(csv, 'utf8').split('\r\n').length).toBe(14)
})

test('the frames in the table become a new dataset, proven equal and opened with one click', async ({
  launched
}) => {
  const { page } = launched
  const folder = await reviewed(launched)
  await page.getByRole('textbox', { name: 'Filter' }).fill('# >= 3 and # < 8')
  await expect(page.getByTestId('row-count')).toContainText('5')
  await saveTo(launched, join(folder, 'part.ome.zarr'))
  await page.getByRole('button', { name: 'Export…' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await exported(page, 'Dataset')
  await expect(page.getByTestId('export-outcome')).toContainText('all pixels of 5 frames')
  await page.getByRole('button', { name: 'Open the copy' }).click()
  await expect(page.getByRole('heading', { name: 'part.ome.zarr' })).toBeVisible()
  await expect(page.getByTestId('row-count')).toContainText('5')
})

test('a pyramid is built as a copy in the same format, with smaller copies in every plane', async ({
  launched
}) => {
  const { page } = launched
  const folder = await reviewed(launched)
  await saveTo(launched, join(folder, 'levels.ome.tiff'))
  await page.getByRole('button', { name: 'Export…' }).click()
  await page.getByRole('radio', { name: 'Pyramid', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('radio', { name: 'OME-TIFF' })).toBeChecked()
  await expect(dialog.getByLabel('Pyramid').last()).toContainText('1 smaller copy')
  await page.screenshot({ path: test.info().outputPath('pyramid.png') })
  await exported(page, 'Pyramid')
  await expect(page.getByTestId('export-outcome')).toContainText('all pixels of 12 frames')
  const { pages } = readTiff(join(folder, 'levels.ome.tiff'))
  expect(pages.map(({ levels }) => levels.map(({ tags }) => [tags.get(256), tags.get(257)]))).toEqual(
    Array.from({ length: 12 }, () => [[100, 60]])
  )
  await page.getByRole('button', { name: 'Open the copy' }).click()
  await expect(page.getByRole('heading', { name: 'levels.ome.tiff' })).toBeVisible()
})
