/** Other people's files as they look: colours are colours, and a new dataset finds its own contrast. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import type { Launched } from '../support/launch'
import { ready } from './bench'

const samples = join(import.meta.dirname, '../../../shared/samples')
const open = ({ app }: Launched, path: string): Promise<void> =>
  app.evaluate(
    ({ app: self }, file) => void self.emit('open-file', { preventDefault: () => undefined }, file),
    path
  )

/** The colour on the screen at a fraction of the picture's width and height. */
async function colourAt(page: Page, x: number, y: number): Promise<readonly number[]> {
  const shot = (await page.getByTestId('picture').screenshot()).toString('base64')
  return page.evaluate(
    async ([data, fx, fy]) => {
      const image = new Image()
      image.src = `data:image/png;base64,${data}`
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = image.width
      canvas.height = image.height
      const context = canvas.getContext('2d')
      context?.drawImage(image, 0, 0)
      return [...(context?.getImageData(image.width * fx, image.height * fy, 1, 1).data ?? [])].slice(0, 3)
    },
    [shot, x, y] as const
  )
}

test.skip(!existsSync(samples), 'the samples lie beside the project')

test('an RGB picture is shown in its colours, and its pixel value has three numbers', async ({
  launched
}) => {
  const { page } = launched
  await ready(page)
  await open(launched, join(samples, 'image-tiff/tests/images/bigtiff/BigTIFF.tif'))
  await expect(page.getByRole('heading', { name: 'BigTIFF.tif' })).toBeVisible()
  // The four quarters of the picture are red, green (128), blue and black; it is square and in the middle.
  await expect.poll(() => colourAt(page, 0.46, 0.06)).toEqual([255, 0, 0])
  expect(await colourAt(page, 0.54, 0.06)).toEqual([0, 128, 0])
  expect(await colourAt(page, 0.46, 0.94)).toEqual([0, 0, 255])
  await page.getByTestId('picture').hover()
  await expect(page.getByTestId('probe')).toContainText(/\d+, \d+, \d+/)
  await page.screenshot({ path: 'test-results/foreign-rgb.png' })
})

test('the contrast of the dataset before is not kept for the next one', async ({ launched }) => {
  const { page } = launched
  await ready(page)
  for (const [name, low, high] of [
    ['image-tiff/tests/images/palette-1c-8b.tiff', /^\d+$/, /^2\d\d$/],
    ['image-tiff/tests/images/miniswhite-1c-1b.tiff', /^0$/, /^1$/]
  ] as const) {
    await open(launched, join(samples, name))
    await expect(page.getByRole('heading', { name: name.split('/').pop() ?? '' })).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Black level' })).toHaveValue(low)
    await expect(page.getByRole('textbox', { name: 'White level' })).toHaveValue(high)
  }
})
