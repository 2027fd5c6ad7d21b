// Measuring in Review: values along a line and of a region are those of the stored pixels, by pointer and by keyboard, told, copied, and over all frames.
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { createStream } from '../../src-main/formats/stream'
import { expect, test } from '../support/app'
import { writerThread } from '../support/bundle'
import { faults, ready, view } from './bench'

const [WIDTH, HEIGHT, TIMES] = [1200, 900, 5]

/** A bright ridge, drifting; nothing that an 8 bit display or an average could show exactly. */
const value = (t: number, c: number, x: number, y: number): number =>
  Math.round(300 + 40_000 * Math.exp(-(((x - 500 - 40 * t) / (c === 0 ? 60 : 140)) ** 2))) +
  ((x * 7 + y * 13) % 101) +
  c * 500

async function recorded(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'benchframe-measured-'))
  const stream = await createStream(
    {
      rootPath: join(folder, 'ridge'),
      format: 'ome-zarr',
      dtype: 'uint16',
      dimensions: [
        { name: 't', count: null, type: 'time' },
        {
          name: 'c',
          count: 2,
          type: 'channel',
          coords: [
            { name: 'DAPI', color: '#4060ff' },
            { name: 'GFP', color: '#00ff00' }
          ]
        },
        { name: 'y', count: HEIGHT, type: 'space', unit: 'micrometer', scale: 0.25 },
        { name: 'x', count: WIDTH, type: 'space', unit: 'micrometer', scale: 0.25 }
      ]
    },
    { threadFile: await writerThread() }
  )
  for (let frame = 0; frame < TIMES * 2; frame++) {
    const [t, c] = [Math.floor(frame / 2), frame % 2]
    const pixels = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
      value(t, c, i % WIDTH, Math.floor(i / WIDTH))
    )
    await stream.append(pixels, { metadata: { delta_t: t * 1.5 + c / 100 } })
  }
  await stream.close()
  return join(folder, 'ridge.ome.zarr')
}

/** Place on the screen of the middle of a pixel, while the whole frame is shown. */
async function placeOf(page: Page, x: number, y: number): Promise<[number, number]> {
  const box = await page.getByTestId('picture').boundingBox()
  if (box === null) throw new Error('no picture')
  const scale = Math.min(box.width / WIDTH, box.height / HEIGHT)
  return [
    box.x + (box.width - WIDTH * scale) / 2 + (x + 0.5) * scale,
    box.y + (box.height - HEIGHT * scale) / 2 + (y + 0.5) * scale
  ]
}

async function drag(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  await page.mouse.move(...(await placeOf(page, ...from)))
  await page.mouse.down()
  await page.mouse.move(...(await placeOf(page, 300, 300)))
  await page.mouse.move(...(await placeOf(page, ...to)))
  await page.mouse.up()
}

async function type(page: Page, name: string, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: `${name}, px` })
  await field.fill(text)
  await field.press('Enter')
}

/** A statistic as the table tells it, for each channel. */
const told = (page: Page, key: string): Promise<string[]> =>
  page.getByTestId('statistics').locator(`[data-key="${key}"]`).allTextContents()
const trimmed = (texts: readonly string[]): number[] =>
  texts.map((text) => Number(text.replace(/[^\d.-]/g, '')))

function plainly(t: number, c: number, inside: (x: number, y: number) => boolean): number[] {
  const found: number[] = []
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) if (inside(x, y)) found.push(value(t, c, x, y))
  return found
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

test('a line and a region are measured in the stored pixels, in every channel, and as CSV', async ({
  launched
}) => {
  const { app, page } = launched
  const path = await recorded()
  try {
    await ready(page)
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 720))
    await app.evaluate(
      ({ app: self }, file) => void self.emit('open-file', { preventDefault: () => undefined }, file),
      path
    )
    await expect(page.getByTestId('row-count')).toContainText('10 frames')
    await page.getByRole('slider', { name: 'Time' }).press('ArrowRight')
    await expect(page.getByTestId('shown-index')).toHaveText('stored at 1, 0')

    await page.getByTestId('measure-menu').click()
    await page.getByRole('menuitem', { name: 'Line profile' }).click()
    await expect(page.getByText('Drag along what you want to see the values of')).toBeVisible()
    await drag(page, [200, 450], [900, 400])
    // the pointer is not that fine: the ends are typed
    for (const [name, text] of [
      ['From x', '200'],
      ['From y', '450'],
      ['To x', '900'],
      ['To y', '450']
    ] as const)
      await type(page, name, text)
    await expect(page.getByTestId('measured-size')).toHaveText('175 µm (700 px)')
    const line = Array.from({ length: 701 }, (_, i) => value(1, 0, 200 + i, 450))
    await expect.poll(async () => trimmed(await told(page, 'max'))[0]).toBe(Math.max(...line))
    expect(trimmed(await told(page, 'n'))).toEqual([701, 701])
    await page.screenshot({ path: 'test-results/measure-line.png' })
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await expect(page.getByText('Copied; paste it into a spreadsheet.')).toBeVisible()
    const copied = await app.evaluate(({ clipboard }) => clipboard.readText())
    expect(copied.split('\n').slice(0, 2)).toEqual([
      'distance (µm)\tDAPI\tGFP',
      `0\t${value(1, 0, 200, 450)}\t${value(1, 1, 200, 450)}`
    ])
    expect(await faults(page)).toEqual([])
    const csv = join(dirname(path), 'profile.csv')
    await app.evaluate(({ session }, to) => {
      session.defaultSession.once('will-download', (_, item) => item.setSavePath(to))
    }, csv)
    await page.getByRole('button', { name: 'Save these numbers as CSV' }).click()
    await expect.poll(() => existsSync(csv) && readFileSync(csv, 'utf8').split('\r\n').length).toBe(703)
    const [heads, first, second] = readFileSync(csv, 'utf8').replace('\ufeff', '').split('\r\n')
    expect(heads).toBe('distance (µm),DAPI,GFP')
    expect(first).toBe(`0,${value(1, 0, 200, 450)},${value(1, 1, 200, 450)}`)
    expect(second).toBe(`0.25,${value(1, 0, 201, 450)},${value(1, 1, 201, 450)}`)

    // a region, drawn; then its numbers are those of its pixels, as the frame changes
    await page.getByRole('radio', { name: 'Ellipse' }).click()
    await page.getByRole('button', { name: 'Draw' }).click()
    await drag(page, [400, 200], [800, 700])
    for (const [name, text] of [
      ['Left', '400'],
      ['Top', '200'],
      ['Width', '401'],
      ['Height', '501']
    ] as const)
      await type(page, name, text)
    const inside = (x: number, y: number): boolean => ((x - 600) / 200.5) ** 2 + ((y - 450) / 250.5) ** 2 <= 1
    for (const t of [1, 2]) {
      const wanted = [0, 1].map((c) => Number(mean(plainly(t, c, inside)).toFixed(2)))
      await expect.poll(async () => trimmed(await told(page, 'mean'))).toEqual(wanted)
      await page.getByRole('slider', { name: 'Time' }).press('ArrowRight')
    }
    expect(await told(page, 'area')).toHaveLength(2)

    // by keyboard alone: a corner goes by one pixel, and by ten
    const corner = page.getByRole('button', { name: /^Lower right corner/ })
    await corner.focus()
    await corner.press('ArrowRight')
    await corner.press('Shift+ArrowDown')
    await expect(page.getByRole('textbox', { name: 'Width, px' })).toHaveValue('402')
    await expect(page.getByRole('textbox', { name: 'Height, px' })).toHaveValue('511')
    await expect(page.getByTestId('shown-index')).toHaveText('stored at 3, 0')
    await corner.press('ArrowLeft')
    await corner.press('Shift+ArrowUp')

    await page.getByRole('button', { name: 'Over all frames' }).click()
    const chart = page.getByTestId('over-frames')
    await expect(chart).toBeVisible()
    const wanted = mean(plainly(3, 1, inside))
    const all = join(dirname(path), 'all.csv')
    await app.evaluate(({ session }, to) => {
      session.defaultSession.once('will-download', (_, item) => item.setSavePath(to))
    }, all)
    await page.getByRole('button', { name: 'Save these numbers as CSV' }).last().click()
    await expect.poll(() => existsSync(all) && readFileSync(all, 'utf8').split('\r\n').length).toBe(12)
    const row = readFileSync(all, 'utf8').split('\r\n')[8]?.split(',') ?? []
    expect(row.slice(0, 3)).toEqual(['7', '4.51', '3 1'])
    expect(Number(row[4])).toBeCloseTo(wanted, 6)
    // a click on its left end goes to the first frame
    const box = await chart.locator('.u-over').boundingBox()
    if (box === null) throw new Error('no chart')
    await page.mouse.click(box.x + 2, box.y + box.height / 2)
    await expect(page.getByTestId('shown-index')).toHaveText(/^stored at 0/)
    for (const theme of ['Light', 'Red night', 'Dark']) {
      await view(page, 'Settings')
      await page.getByRole('radio', { name: theme }).click()
      await view(page, 'Review')
      await expect(chart).toBeVisible()
      await page.waitForTimeout(300)
      expect(await faults(page)).toEqual([])
      await page.screenshot({ path: `test-results/measure-${theme}.png` })
    }
    await corner.focus()
    await corner.press('Delete')
    await expect(page.getByTestId('measured-shape')).toHaveCount(0)
  } finally {
    await rm(dirname(path), { recursive: true, force: true })
  }
})
