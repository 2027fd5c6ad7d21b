// Two datasets in Review: side by side with one zoom and contrast, or their difference; frames paired by place, time and event; and what differs in their metadata.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { createStream } from '../../src-main/formats/stream'
import { expect, test } from '../support/app'
import { writerThread } from '../support/bundle'
import type { Launched } from '../support/launch'
import { faults, ready, view } from './bench'

const [WIDTH, HEIGHT] = [240, 180]

/** A slope, so that neither black nor white is all of it. */
const slope = (x: number, y: number): number => 1000 + 20 * x + 10 * y

interface Wanted {
  readonly folder: string
  readonly name: string
  readonly format: 'ome-tiff' | 'ome-zarr'
  readonly times: readonly number[]
  readonly drugAt: number
  readonly value: (n: number, x: number, y: number) => number
  readonly width?: number
}

async function recorded({
  folder,
  name,
  format,
  times,
  drugAt,
  value,
  width = WIDTH
}: Wanted): Promise<string> {
  const stream = await createStream(
    {
      rootPath: join(folder, name),
      format,
      dtype: 'uint16',
      dimensions: [
        { name: 't', count: null, type: 'time' },
        { name: 'y', count: HEIGHT, type: 'space', unit: 'micrometer', scale: 0.5 },
        { name: 'x', count: width, type: 'space', unit: 'micrometer', scale: 0.5 }
      ]
    },
    { threadFile: await writerThread() }
  )
  for (const [n, time] of times.entries()) {
    const pixels = Uint16Array.from({ length: width * HEIGHT }, (_, i) =>
      value(n, i % width, Math.floor(i / width))
    )
    const record = { delta_t: time, laser_power: 40 + n }
    await stream.append(pixels, { metadata: n === drugAt ? { ...record, note: 'drug' } : record })
  }
  await stream.close()
  return join(folder, `${name}.${format === 'ome-tiff' ? 'ome.tiff' : 'ome.zarr'}`)
}

/** Answers the next file dialogs with this path, and compares with it. */
async function compareWith({ app, page }: Launched, path: string): Promise<void> {
  await app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] })
  }, path)
  await page.getByTestId('compare-menu').click()
  await page.getByRole('button', { name: 'With a folder (OME-Zarr)…' }).click()
  await expect(page.getByTestId('compare-bar')).toBeVisible()
}

const facts = (page: Page): Promise<string | null> => page.getByTestId('difference-facts').textContent()
async function pairBy(page: Page, name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Pair frames by' }).click()
  await page.getByRole('option', { name: new RegExp(`^${name}`) }).click()
}
async function go(page: Page, frame: number): Promise<void> {
  await page.locator(`[data-testid="frame-row"][data-frame="${frame}"]`).click()
  await expect(page.getByTestId('shown-frame')).toHaveAttribute('data-frame', String(frame))
}

test('two datasets side by side, subtracted, and their metadata', async ({ launched }) => {
  const { app, page } = launched
  const folder = await mkdtemp(join(tmpdir(), 'benchframe-compared-'))
  try {
    const first = await recorded({
      folder,
      name: 'control',
      format: 'ome-tiff',
      times: [0, 1, 2, 3, 4],
      drugAt: 1,
      value: (n, x, y) => slope(x, y) + n
    })
    const second = await recorded({
      folder,
      name: 'treated',
      format: 'ome-zarr',
      times: [0.2, 1.2, 2.2, 3.2],
      drugAt: 2,
      value: (n, x, y) => slope(x, y) + n + (x === 100 && y === 60 ? 300 : x < 60 ? -40 : x >= 180 ? 90 : 0)
    })
    await ready(page)
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 720))
    await app.evaluate(
      ({ app: self }, file) => void self.emit('open-file', { preventDefault: () => undefined }, file),
      first
    )
    await expect(page.getByTestId('row-count')).toContainText('5 frames')
    await compareWith(launched, second)

    // side by side: the same pixel under the pointer in both, the same zoom
    await expect(page.getByTestId('pair')).toContainText('Frame 0 ↔ Frame 0')
    await expect(page.getByTestId('pair')).toContainText('+0.2 s')
    const left = page.getByTestId('picture').first()
    const right = page.getByTestId('other-picture').getByTestId('picture')
    await go(page, 2)
    const box = await left.boundingBox()
    if (box === null) throw new Error('no picture')
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.wheel(0, -900)
    const percents = page.locator('.zoom .percent')
    await expect.poll(() => percents.allTextContents()).toHaveLength(2)
    await expect
      .poll(async () => {
        const [a, b] = await percents.allTextContents()
        return a === b && Number.parseInt(a ?? '') > 300
      })
      .toBe(true)
    const probes = page.getByTestId('probe')
    await expect.poll(async () => new Set(await probes.allTextContents()).size).toBe(1)
    expect((await probes.first().textContent())?.replace(/\s+/g, ' ')).toMatch(/x 1\d\d y \d+ \d+/)
    await page.keyboard.press('f')
    await expect(right).toHaveAttribute('data-frame', '2')
    expect(await faults(page)).toEqual([])
    await page.screenshot({ path: 'test-results/compare-beside.png' })
    await go(page, 4)
    await expect(page.getByTestId('missing-plane')).toContainText('The other dataset has nothing at 4.')

    // the difference is that of the stored pixels, and a frame without a partner says so
    await page.getByRole('radio', { name: 'Difference' }).click()
    await expect(page.getByTestId('pair')).toContainText('No partner')
    await go(page, 2)
    await expect
      .poll(() => facts(page))
      .toBe(`Most: −300 at 100, 60 · 21\u202f601 of 43\u202f200 pixels differ · mean ${'−12.5069'}`)
    await expect(page.getByRole('textbox', { name: 'Window' })).toHaveValue('300')
    await page.getByRole('textbox', { name: 'Window' }).fill('100')
    await page.getByRole('textbox', { name: 'Window' }).press('Enter')
    await expect(page.getByRole('button', { name: 'Auto' }).first()).toHaveAttribute('aria-pressed', 'false')
    const shown = page.getByTestId('difference-picture').getByTestId('picture')
    const area = await shown.boundingBox()
    if (area === null) throw new Error('no difference')
    const scale = Math.min(area.width / WIDTH, area.height / HEIGHT)
    const at = (x: number, y: number): [number, number] => [
      area.x + (area.width - WIDTH * scale) / 2 + (x + 0.5) * scale,
      area.y + (area.height - HEIGHT * scale) / 2 + (y + 0.5) * scale
    ]
    for (const [x, value] of [
      [30, '40'],
      [200, '-90'],
      [120, '0']
    ] as const) {
      await page.mouse.move(...at(x, 90))
      await expect(page.getByTestId('probe').locator('b')).toHaveText(value)
    }
    for (const theme of ['Light', 'Red night', 'Dark']) {
      await view(page, 'Settings')
      await page.getByRole('radio', { name: theme }).click()
      await view(page, 'Review')
      await expect(shown).toBeVisible()
      await page.waitForTimeout(300)
      expect(await faults(page)).toEqual([])
      await page.screenshot({ path: `test-results/compare-${theme}.png` })
    }

    // by time, with a tolerance; and by what happened
    await pairBy(page, 'time')
    await expect(page.getByRole('textbox', { name: 'Tolerance, s' })).toHaveValue('0.5')
    await expect(page.getByTestId('pair')).toContainText('Frame 2 ↔ Frame 2 +0.2 s')
    await page.getByRole('textbox', { name: 'Tolerance, s' }).fill('0.1')
    await page.getByRole('textbox', { name: 'Tolerance, s' }).press('Enter')
    await expect(page.getByTestId('missing-plane')).toContainText(
      'The nearest frame of the other dataset is 0.2 s away.'
    )
    await pairBy(page, 'event')
    await expect(page.getByTestId('pair')).toContainText('Frame 2 ↔ Frame 3')
    await expect(page.getByTestId('pair')).toContainText('after note drug')

    // metadata: what differs, and all of it
    await page.getByRole('radio', { name: 'Metadata' }).click()
    const list = page.getByTestId('metadata-differences')
    await expect(list.getByRole('row').filter({ hasText: 'format' })).toContainText('ome-zarr')
    await expect(list.getByRole('row').filter({ hasText: 'pixel type' })).toHaveCount(0)
    await expect(list.getByRole('row').filter({ hasText: 'UUID' })).toHaveCount(0)
    expect(
      (await list.getByRole('row').allTextContents()).map((row) => row.replace(/\s+/g, ' ').trim())
    ).toEqual([
      'format Datasetome-tiffome-zarr',
      'frames Dataset54',
      'planes declared Dataset › image54',
      'planes there Dataset › image54',
      'size t Dataset › image54',
      // OME-Zarr has to say one
      'colour Dataset › image › channelnot there#ffffff'
    ])
    await expect(page.getByTestId('metadata-summary')).toHaveText('6 differences in what both formats say')
    expect(await faults(page)).toEqual([])
    await page.screenshot({ path: 'test-results/compare-metadata.png' })
    await page.getByRole('switch', { name: 'Show all' }).click()
    await expect(list.getByRole('row').filter({ hasText: 'pixel type' })).toContainText('uint16')

    // another size is a sentence
    const wide = await recorded({
      folder,
      name: 'wide',
      format: 'ome-zarr',
      times: [0, 1, 2],
      drugAt: 0,
      width: 300,
      value: (n, x, y) => slope(x, y) + n
    })
    await compareWith(launched, wide)
    await page.getByRole('radio', { name: 'Difference' }).click()
    await pairBy(page, 'place')
    await expect(page.getByTestId('missing-plane')).toContainText(
      'The frames have different sizes, 240 × 180 and 300 × 180 pixels'
    )
    await page.getByRole('button', { name: 'End the comparison' }).click()
    await expect(page.getByTestId('compare-bar')).toHaveCount(0)
    await expect(page.getByTestId('picture')).toHaveCount(1)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
