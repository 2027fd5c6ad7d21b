/** Pictures larger than memory: shown at once from a level that fits, true when zoomed in, and honest about what is missing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { bigValue, writeBigTiff, writeBigZarr } from '../support/big-pictures'
import { expect, test } from '../support/app'
import type { Launched } from '../support/launch'
import { ready } from './bench'

let folder = ''
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-big-'))
})
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = ({ app }: Launched, path: string): Promise<void> =>
  app.evaluate(
    ({ app: self }, file) => void self.emit('open-file', { preventDefault: () => undefined }, file),
    path
  )

interface Probe {
  readonly x: number
  readonly y: number
  readonly value: number
  readonly how: string
}
const probe = (page: Page): Promise<Probe> =>
  page.getByTestId('probe').evaluate((element) => {
    const [, x, y] = /x\s*(\d+)\s*y\s*(\d+)/.exec(element.textContent ?? '') ?? []
    const value = element.querySelector('b')
    const how = value?.nextElementSibling?.textContent?.trim() ?? ''
    return { x: Number(x), y: Number(y), value: Number(value?.textContent ?? ''), how }
  })

/** Where a pixel of a square frame is seen while the whole frame fits into the window. */
async function placeOf(page: Page, side: number, at: { x: number; y: number }): Promise<[number, number]> {
  const box = await page.getByTestId('picture').boundingBox()
  if (box === null) throw new Error('no picture')
  const scale = Math.min(box.width, box.height) / side
  const left = box.x + (box.width - side * scale) / 2
  const top = box.y + (box.height - side * scale) / 2
  return [left + at.x * scale, top + at.y * scale]
}

/** Turns the wheel until the pixel under the pointer is shown as it was stored. */
async function zoomToPixels(page: Page): Promise<void> {
  for (let turn = 0; turn < 60; turn++) {
    const { how } = await probe(page)
    const zoom = Number.parseInt((await page.locator('.percent').textContent()) ?? '0')
    if (how === '' && zoom >= 100) return
    if (zoom < 100) await page.mouse.wheel(0, -300)
    await page.waitForTimeout(60)
  }
  throw new Error(`still ${JSON.stringify(await probe(page))}`)
}

test('an OME-Zarr of 100 000 × 100 000 pixels is shown at once, and zoomed in it has the true pixels (S2, S16)', async ({
  launched
}) => {
  const { page } = launched
  const side = 100_000
  // zooming from the whole frame on stays at its middle
  const spot = { x: 50_123, y: 49_877 }
  const path = join(folder, 'big.ome.zarr')
  writeBigZarr(path, { side, chunk: 512, spot, around: 3, smaller: 7 })
  await ready(page)
  const started = Date.now()
  await open(launched, path)
  await expect(page.getByTestId('picture')).toHaveAttribute('data-frame', '0', { timeout: 5000 })
  await expect(page.getByRole('heading', { name: 'big.ome.zarr' })).toBeVisible()
  test.info().annotations.push({ type: 'first picture', description: `${Date.now() - started} ms` })
  await page.mouse.move(...(await placeOf(page, side, spot)))
  expect((await probe(page)).how).toContain('1:128')
  await page.screenshot({ path: 'test-results/big-zarr-whole.png' })
  await zoomToPixels(page)
  const seen = await probe(page)
  expect(Math.abs(seen.x - spot.x)).toBeLessThan(400)
  expect(seen).toMatchObject({ value: bigValue(seen.x, seen.y), how: '' })
  await page.screenshot({ path: 'test-results/big-zarr-pixels.png' })

  // dragged on and on, the picture stays true: what is asked for comes after what is shown
  const box = await page.getByTestId('picture').boundingBox()
  const middle = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2] as const
  for (let pull = 0; pull < 3; pull++) {
    await page.mouse.move(middle[0] + 100, middle[1] + 60)
    await page.mouse.down()
    await page.mouse.move(middle[0] - 100, middle[1] - 60, { steps: 10 })
    await page.mouse.up()
    await expect.poll(async () => (await probe(page)).how).toBe('')
    const here = await probe(page)
    expect(here.value).toBe(bigValue(here.x, here.y))
  }

  // beyond the chunks that are there it is hatched and has no number
  await page.getByRole('button', { name: 'Fit to window' }).click()
  await page.mouse.move(...(await placeOf(page, side, { x: 20_000, y: 80_000 })))
  for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(0, -300)
  await expect(page.getByTestId('holes')).toBeVisible()
  await expect(page.getByTestId('probe')).toContainText('missing')
  await page.screenshot({ path: 'test-results/big-zarr-holes.png' })
})

test('a tiled TIFF with a pyramid in its SubIFDs, and one without (R4, R15)', async ({ launched }) => {
  const { page } = launched
  const side = 24_000
  const spot = { x: 12_000, y: 12_000 }
  const tiles = (row: number, column: number): boolean =>
    Math.abs(row - Math.floor(spot.y / 512)) <= 6 && Math.abs(column - Math.floor(spot.x / 512)) <= 6
  writeBigTiff(join(folder, 'pyramid.tif'), { side, tile: 512, factors: [4, 16], compressed: true, tiles })
  writeBigTiff(join(folder, 'flat.tif'), {
    side: 9000,
    tile: 512,
    factors: [],
    compressed: true,
    tiles: null
  })
  await ready(page)
  for (const [name, size, how] of [
    ['pyramid.tif', side, 'stored copy 1:16'],
    ['flat.tif', 9000, 'mean of 9 × 9']
  ] as const) {
    await open(launched, join(folder, name))
    await expect(page.getByRole('heading', { name })).toBeVisible()
    await expect(page.getByTestId('picture')).not.toHaveClass(/empty/)
    const at = { x: size / 2, y: size / 2 }
    await page.mouse.move(...(await placeOf(page, size, at)))
    await expect.poll(async () => (await probe(page)).how).toContain(how)
    await zoomToPixels(page)
    const seen = await probe(page)
    expect(Math.abs(seen.x - at.x)).toBeLessThan(80)
    expect(seen.value).toBe(bigValue(seen.x, seen.y))
    await page.screenshot({ path: `test-results/big-${name}.png` })
    await page.getByRole('button', { name: 'Fit to window' }).click()
  }
})

test('chunks that were never written are hatched and counted, and the rest of the frame is shown (R6)', async ({
  launched
}) => {
  const { page } = launched
  const path = join(folder, 'open.ome.zarr')
  writeBigZarr(path, { side: 2048, chunk: 512, spot: { x: 0, y: 0 }, around: 16, smaller: 0 })
  for (const name of ['1/1', '2/3', '3/3']) rmSync(join(path, '0', 'c', name))
  await ready(page)
  await open(launched, path)
  await expect(page.getByTestId('in-part')).toHaveText('1 in part')
  await expect(page.getByTestId('in-part')).toHaveAttribute('title', '3 of 16 chunks were not written')
  await expect(page.getByTestId('missing-count')).toBeHidden()
  await expect(page.getByTestId('holes')).toBeVisible()
  await page.mouse.move(...(await placeOf(page, 2048, { x: 800, y: 800 })))
  await expect(page.getByTestId('probe')).toContainText('missing')
  await page.mouse.move(...(await placeOf(page, 2048, { x: 300, y: 300 })))
  await expect.poll(async () => (await probe(page)).value).toBeGreaterThan(0)
  await page.screenshot({ path: 'test-results/open-chunks.png' })
})
