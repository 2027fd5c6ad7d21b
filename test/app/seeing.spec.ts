// Looking through a dataset by its own values: times, depths, channels; played as it was recorded. No frame is shown for another.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { createStream } from '../../src-main/formats/stream'
import { expect, test } from '../support/app'
import { writerThread } from '../support/bundle'
import type { Launched } from '../support/launch'
import { ready } from './bench'

const TIMES = [0.2, 0.3, 0.4, 0.5, 3.412, 3.5, 8, 9.75]
const SIDE = 64

/** Pixels of each frame are 1000 + its number. */
async function recorded(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'benchframe-seeing-'))
  const stream = await createStream(
    {
      rootPath: join(folder, 'run'),
      format: 'ome-zarr',
      dtype: 'uint16',
      dimensions: [
        { name: 't', count: null, type: 'time' },
        { name: 'c', count: 2, type: 'channel', coords: [{ name: 'DAPI' }, { name: 'GFP' }] },
        { name: 'z', count: 3, type: 'space', unit: 'micrometer', scale: 0.5 },
        { name: 'y', count: SIDE, type: 'space' },
        { name: 'x', count: SIDE, type: 'space' }
      ]
    },
    { threadFile: await writerThread() }
  )
  for (let frame = 0; frame < TIMES.length * 6; frame++) {
    // the planes of one time point come a millisecond after each other
    const delta = (TIMES[Math.floor(frame / 6)] ?? 0) + (frame % 6) / 1000
    const pixels = new Uint16Array(SIDE * SIDE).fill(1000 + frame)
    await stream.append(pixels, { metadata: { delta_t: delta, position_z: 50 + (frame % 3) * 0.5 } })
  }
  await stream.addEvent({ time: 0.45, kind: 'note', frame: 14, text: 'drug added' })
  await stream.addEvent({ time: 6, kind: 'device', text: 'The chiller is back' })
  await stream.close()
  return join(folder, 'run.ome.zarr')
}

const open = ({ app }: Launched, path: string): Promise<void> =>
  app.evaluate(
    ({ app: self }, file) => void self.emit('open-file', { preventDefault: () => undefined }, file),
    path
  )

/** What is on the screen: number of the frame beside the sliders, and value of its pixels. */
async function onScreen(page: Page): Promise<readonly [number, number]> {
  const frame = Number(await page.getByTestId('shown-frame').getAttribute('data-frame'))
  const value = Number(await page.getByTestId('probe').locator('b').textContent())
  return [frame, value]
}

test('sliders tell time, depth and channel; on the true time axis distances are times (R10)', async ({
  launched
}) => {
  const { app, page } = launched
  await ready(page)
  await open(launched, await recorded())
  await expect(page.getByTestId('row-count')).toContainText('48 frames')
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 720))
  await page.getByTestId('picture').hover()
  const time = page.getByRole('slider', { name: 'Time' })
  await page.getByRole('slider', { name: 'Channel' }).press('End')
  await page.getByRole('slider', { name: 'Depth' }).press('End')
  await time.focus()
  for (let i = 0; i < 4; i++) await time.press('ArrowRight')
  await expect(page.getByTestId('value-t')).toHaveText('t = 00:03.417')
  await expect(page.getByTestId('value-c')).toHaveText('GFP')
  await expect(page.getByTestId('value-z')).toHaveText('z = 1 µm')
  await expect(page.getByTestId('axis-t')).toHaveText('5 / 8')
  await expect(page.getByTestId('shown-index')).toHaveText('stored at 4, 1, 2')
  await expect(page.getByTestId('shown-time')).toHaveText('3.417 s')
  await expect.poll(() => onScreen(page)).toEqual([29, 1029])

  // by time: half way is at 5 s, and 3.505 is nearest to it
  await page.getByRole('button', { name: 'Distances on the slider are times' }).click()
  const box = await page.locator('[data-true-time="true"]').boundingBox()
  if (box === null) throw new Error('no slider')
  await expect(page.getByTestId('flag')).toHaveCount(2)
  await expect(page.locator('[data-testid="frame-row"][data-frame="29"]')).toBeInViewport({ ratio: 1 })
  await page.mouse.click(box.x + box.width * ((5 - 0.205) / 9.55), box.y + box.height / 2)
  await expect(page.getByTestId('value-t')).toHaveText('t = 00:03.505')
  await page.getByTestId('picture').hover()
  await expect.poll(() => onScreen(page)).toEqual([35, 1035])
  await page.getByRole('slider', { name: 'Time' }).press('ArrowRight')
  await expect(page.getByTestId('value-t')).toHaveText('t = 00:08.005')
  await expect.poll(() => onScreen(page)).toEqual([41, 1041])
  await page.getByRole('slider', { name: 'Time' }).press('Home')
  await expect.poll(() => onScreen(page)).toEqual([5, 1005])
})

test('plays as it was recorded, times a factor, and never shows a frame for another', async ({
  launched
}) => {
  const { page } = launched
  await ready(page)
  await open(launched, await recorded())
  await expect(page.getByTestId('row-count')).toContainText('48 frames')
  await page.getByTestId('picture').hover()
  await expect(page.getByTestId('probe')).toContainText('1000')
  await page.getByRole('button', { name: 'Speed: × 1' }).click()
  await page.getByRole('radio', { name: '× 4' }).click()
  await page.getByRole('switch', { name: 'Begin again at the end' }).click()
  await page.keyboard.press('Escape')
  await page.getByTestId('picture').hover()
  await page.getByRole('button', { name: 'Play' }).click()
  await page.getByTestId('picture').hover()
  const seen: (readonly [number, number])[] = []
  const started = Date.now()
  // what the screen says, read at once and not piece by piece
  while (Date.now() - started < 20_000) {
    const now = await page.evaluate(() => {
      const frame = document.querySelector('[data-testid="shown-frame"]')?.getAttribute('data-frame')
      const value = document.querySelector('[data-testid="probe"] b')?.textContent
      const playing = document.querySelector('button[aria-label="Pause"]') !== null
      return [Number(frame), Number(value), playing] as const
    })
    seen.push([now[0], now[1]])
    if (!now[2] && now[0] === 42) break
  }
  const seconds = (Date.now() - started) / 1000
  for (const [frame, value] of seen) expect(value).toBe(1000 + frame)
  expect(new Set(seen.map(([frame]) => frame % 6))).toEqual(new Set([0]))
  // 9.55 s of recording and the last frame's stay, four times as fast
  expect(seconds).toBeGreaterThan(1.5)
  expect(seconds).toBeLessThan(10)
  await page.getByRole('button', { name: 'Play' }).click()
  await expect(page.getByTestId('shown-frame')).not.toHaveAttribute('data-frame', '42')
})

/** Brightness on the screen in the middle of the picture. */
async function brightness(page: Page): Promise<number> {
  const shot = (await page.getByTestId('picture').screenshot()).toString('base64')
  return page.evaluate(async (data) => {
    const image = new Image()
    image.src = `data:image/png;base64,${data}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    return context?.getImageData(image.width / 2, image.height / 2, 1, 1).data[0] ?? -1
  }, shot)
}

test('gamma bends the display and says so; the values stay', async ({ launched }) => {
  const { app, page } = launched
  await ready(page)
  await open(launched, await recorded())
  await expect(page.getByTestId('row-count')).toContainText('48 frames')
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 720))
  for (const [name, level] of [
    ['White level', '2000'],
    ['Black level', '0']
  ] as const) {
    await page.getByRole('textbox', { name }).fill(level)
    await page.getByRole('textbox', { name }).press('Enter')
  }
  await expect.poll(() => brightness(page)).toBeGreaterThan(126)
  expect(await brightness(page)).toBeLessThan(129)
  await page.getByRole('button', { name: 'Gamma: 1' }).click()
  const slider = page.getByRole('slider', { name: 'Gamma' })
  for (let i = 0; i < 25; i++) await slider.press('ArrowLeft')
  await expect(page.getByRole('button', { name: 'Gamma: 0.5' })).toBeVisible()
  await expect.poll(() => brightness(page)).toBeGreaterThan(178)
  expect(await brightness(page)).toBeLessThan(182)
  await page.getByRole('button', { name: 'Straight' }).click()
  await expect.poll(() => brightness(page)).toBeLessThan(129)
  await page.keyboard.press('Escape')
  await page.getByTestId('picture').hover()
  await expect(page.getByTestId('probe')).toContainText('1000')
})
