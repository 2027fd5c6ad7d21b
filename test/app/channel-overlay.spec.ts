/** Channels of a Multi-D run over each other while it runs: both seen, each with its switch, colour and contrast, and nothing of it in the data. */
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { usualMultiD } from '../../src-preload/contract/multi-d'
import { counter, faults, ready } from './bench'

const channel = (name: string, color: string, power: number) => ({
  name,
  color,
  exposureMs: null,
  set: [{ device: 'sim-laser', property: 'power', value: power }]
})

test('the latest frame of each channel is laid over the others in its colour, with a contrast of its own', async ({
  start
}) => {
  test.setTimeout(180_000)
  const folder = newFolder()
  const camera = { width: 256, height: 192, pixelType: 'uint16', exposureMs: 10 } as const
  const multiD = {
    ...usualMultiD(),
    time: { on: true, count: 200, everyMs: 400 },
    channels: { on: true, list: [channel('DAPI', '#0044ff', 10), channel('GFP', '#00ff00', 60)] }
  }
  const userData = profile({ folder, format: 'both', camera, triggerKind: 'multi-d', multiD, live: true })
  const { page } = await start({ userData })
  await page.setViewportSize({ width: 1280, height: 720 })
  await ready(page)
  const over = page.getByTestId('channel-overlay')
  // Live alone stays one picture.
  await expect(page.getByTestId('picture')).toHaveAttribute('data-frame', /\d+/)
  await expect(over).toHaveCount(0)
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(over.locator('[data-channel]')).toHaveCount(2)
  await expect(page.getByRole('combobox', { name: 'Colours' })).toHaveCount(0)

  /** Mean red, green and blue of the middle of the picture on the screen. */
  const colour = async (): Promise<{ red: number; green: number; blue: number }> => {
    const box = await page.getByTestId('picture').boundingBox()
    if (box === null) throw new Error('no picture')
    const clip = { x: box.x + box.width / 2 - 60, y: box.y + box.height / 2 - 60, width: 120, height: 120 }
    const shot = (await page.screenshot({ clip })).toString('base64')
    return page.evaluate(async (png) => {
      const image = new Image()
      image.src = `data:image/png;base64,${png}`
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = image.width
      canvas.height = image.height
      const context = canvas.getContext('2d')
      if (context === null) throw new Error('no canvas')
      context.drawImage(image, 0, 0)
      const { data } = context.getImageData(0, 0, image.width, image.height)
      const sum = [0, 0, 0]
      for (let i = 0; i < data.length; i++) if (i % 4 < 3) sum[i % 4] = (sum[i % 4] ?? 0) + (data[i] ?? 0)
      const [red = 0, green = 0, blue = 0] = sum.map((all) => all / (data.length / 4))
      return { red, green, blue }
    }, shot)
  }
  // Both are seen at once.
  await expect
    .poll(async () => {
      const { red, green, blue } = await colour()
      return red + 1 < green && red + 1 < blue
    })
    .toBe(true)
  await page.mouse.move(4, 400)
  for (const theme of ['light', 'red', 'dark']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme)
    await page.screenshot({ path: `test-results/overlay-${theme}.png` })
    expect(await faults(page), theme).toEqual([])
  }

  // One is switched off: its colour is gone, and the other stays.
  await page.getByRole('button', { name: 'Show DAPI' }).click()
  await expect(over.locator('[data-channel]')).toHaveCount(1)
  await expect
    .poll(async () => {
      const { red, green, blue } = await colour()
      return green > 1 && blue < green / 4 + 1 && red < green / 4 + 1
    })
    .toBe(true)
  await page.getByRole('button', { name: 'Show DAPI' }).click()

  // Contrast is the chosen channel's own.
  const white = page.getByRole('textbox', { name: 'White level' })
  await page.getByRole('button', { name: 'GFP', exact: true }).click()
  await white.fill('3210')
  await white.press('Tab')
  await page.getByRole('button', { name: 'DAPI', exact: true }).click()
  await expect(white).not.toHaveValue('3210')
  await page.getByRole('button', { name: 'GFP', exact: true }).click()
  await expect(white).toHaveValue('3210')
  await page.keyboard.press('Escape')

  // Off: one picture after the other, as before; and on again.
  const button = page.getByRole('button', { name: 'Channels over each other, while the plan runs' })
  await button.click()
  await expect(over).toHaveCount(0)
  await button.click()
  await expect(over.locator('[data-channel]')).toHaveCount(2)

  const before = await counter(page, 'written')
  await expect.poll(() => counter(page, 'written')).toBeGreaterThan(before + 4)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true', { timeout: 60_000 })
  await expect(over).toHaveCount(0)
  for (const name of ['run_001.ome.tiff', 'run_001.ome.zarr'])
    expect(complaints(await judge(join(folder, name)))).toEqual([])
})
