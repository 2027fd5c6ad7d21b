// What a user does at the bench, in words: the steps that the app tests share.
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import type { Launched } from '../support/launch'

/** Waits until the page has heard from all devices. */
export async function ready(page: Page): Promise<void> {
  await expect(page.locator('[data-ready="true"]')).toBeVisible()
}

/** Answers the folder dialog with a new empty folder and chooses it for recordings. */
export async function useNewFolder({ app, page }: Launched): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'benchframe-recordings-'))
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
  }, folder)
  await page.getByRole('button', { name: 'Choose…' }).click()
  await expect(page.getByTestId('folder').first()).toHaveAttribute('title', folder)
  return folder
}

/** What a check of accessibility finds wrong with the page as it is. */
export async function faults(page: Page): Promise<string[]> {
  // Legacy mode: the other one opens a page of its own, which an Electron context cannot.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`)
  )
}

export const view = (page: Page, name: string): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .click()

export const counter = async (
  page: Page,
  name: 'seen' | 'written' | 'durable' | 'dropped'
): Promise<number> => Number(await page.getByTestId(name).getAttribute('data-value'))

export const shownFrame = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('picture').getAttribute('data-frame'))

/** The row of a frame, scrolled into sight: rows that nobody can see do not exist. */
export async function rowOf(page: Page, frame: number): Promise<Locator> {
  const row = page.locator(`[data-testid="frame-row"][data-frame="${frame}"]`)
  const table = page.getByRole('grid').first()
  for (let top = 0, below = true; below && (await row.count()) === 0; top += 100) {
    below = await table.evaluate((element, to) => {
      element.scrollTop = to
      return to < element.scrollHeight
    }, top)
    await page.waitForTimeout(40)
  }
  return row
}

/** Cells of a row of the table in sight, by key. */
export async function cells(page: Page, frame: number): Promise<Record<string, string>> {
  const row = await rowOf(page, frame)
  await expect(row).toBeVisible()
  return row
    .getByRole('gridcell')
    .evaluateAll((all) =>
      Object.fromEntries(
        all.map((each) => [each.getAttribute('data-key') ?? '', each.textContent?.trim() ?? ''])
      )
    )
}

/** Records by interval until so many frames are written; then stops and waits for the receipt. */
export async function recordSome(page: Page, frames: number, during?: () => Promise<void>): Promise<void> {
  await page.getByRole('radio', { name: 'Interval' }).click()
  await page.getByRole('textbox', { name: 'Interval' }).fill('100')
  await page.getByRole('radio', { name: 'Both' }).click()
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect
    .poll(() => counter(page, 'written'), { timeout: 30_000 })
    .toBeGreaterThanOrEqual(Math.ceil(frames / 2))
  await during?.()
  await expect.poll(() => counter(page, 'written'), { timeout: 30_000 }).toBeGreaterThanOrEqual(frames)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true', { timeout: 30_000 })
}

/** What a test reads of the root document of an OME-Zarr. */
export interface ZarrRoot {
  readonly attributes: {
    readonly ome_writers: { readonly frame_metadata: readonly Readonly<Record<string, unknown>>[] }
    readonly benchframe: { readonly events: readonly Readonly<Record<string, unknown>>[] }
  }
}

export const zarrRoot = (path: string): ZarrRoot =>
  JSON.parse(readFileSync(join(path, 'zarr.json'), 'utf8')) as ZarrRoot

/** The records of the frames of an OME-Zarr. */
export const recordsIn = (path: string): ZarrRoot['attributes']['ome_writers']['frame_metadata'] =>
  zarrRoot(path).attributes.ome_writers.frame_metadata

/** The OME-Zarr somewhere in a folder. */
export function zarrIn(folder: string): string {
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((one) =>
    one.endsWith('.ome.zarr')
  )
  if (name === undefined) throw new Error(`no .ome.zarr in ${folder}`)
  return join(folder, name)
}
