/** Labels over a picture: chosen by name, each object in its colour, its number under the pointer. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { cellAt, LABELLED, writeLabelledZarr } from '../support/labelled-zarr'
import { ready } from './bench'

test('a label is laid over its image, with its colours and the number under the pointer (R5)', async ({
  launched
}) => {
  const { app, page } = launched
  const folder = mkdtempSync(join(tmpdir(), 'benchframe-labels-'))
  const path = join(folder, 'cells.ome.zarr')
  try {
    writeLabelledZarr(path)
    await ready(page)
    await app.evaluate(
      ({ app: self }, file) => void self.emit('open-file', { preventDefault: () => undefined }, file),
      path
    )
    await expect(page.getByRole('heading', { name: 'cells.ome.zarr' })).toBeVisible()
    await page.getByTestId('label-menu').click()
    await expect(page.getByRole('menuitemradio', { name: 'heights' })).toBeDisabled()
    await page.getByRole('menuitemradio', { name: 'cells' }).click()
    await expect(page.getByTestId('label-menu')).toContainText('cells')

    const box = await page.getByTestId('picture').boundingBox()
    if (box === null) throw new Error('no picture')
    const { width, height } = LABELLED
    const scale = Math.min(box.width / width, box.height / height)
    const place = (x: number, y: number): [number, number] => [
      box.x + (box.width - width * scale) / 2 + (x + 0.5) * scale,
      box.y + (box.height - height * scale) / 2 + (y + 0.5) * scale
    ]
    for (const [x, y] of [
      [20, 30],
      [70, 30],
      [48, 30],
      [20, 5]
    ] as const) {
      await page.mouse.move(...place(x, y))
      await expect(page.getByTestId('label-value')).toContainText(new RegExp(`cells\\s*${cellAt(x, y)}$`))
    }
    /** The colour of the overlay alone, at a pixel of the image. */
    const colour = (x: number, y: number): Promise<number[]> =>
      page.getByTestId('label-overlay').evaluate(
        (canvas, [left, top]) => {
          const own = canvas.getBoundingClientRect()
          const sheet = canvas as HTMLCanvasElement
          const ratio = sheet.width / own.width
          const at = [(left - own.x) * ratio, (top - own.y) * ratio].map(Math.round) as [number, number]
          return [...(sheet.getContext('2d')?.getImageData(...at, 1, 1).data ?? [])]
        },
        place(x, y)
      )
    const [red = 0, green = 0, blue = 0, opacity = 0] = await colour(20, 30)
    expect(Math.abs(red - 255) + Math.abs(green - 32) + blue).toBeLessThan(12)
    expect(opacity).toBeGreaterThan(40)
    await expect(page.getByTestId('label-overlay')).toHaveCSS('opacity', '0.55')
    expect((await colour(48, 30))[3]).toBe(0)
    expect(await colour(70, 30)).not.toEqual(await colour(20, 30))
    await page.screenshot({ path: 'test-results/labels.png' })

    await page.getByTestId('label-menu').click()
    await page.getByRole('menuitemradio', { name: 'No label' }).click()
    await expect(page.getByTestId('label-overlay')).toHaveCount(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
