// From the first start to a reviewed recording, on the real application.
import { access } from 'node:fs/promises'
import { expect, test } from '../support/app'
import { cells, counter, ready, recordSome, rowOf, shownFrame, useNewFolder, view } from './bench'

// Patience for a machine that does other things as well.
test.describe.configure({ timeout: 180_000 })

test('the first start shows a living picture that is not saved', async ({ launched: { page } }) => {
  await ready(page)
  await expect(page.getByTestId('live-state')).toContainText('not saved')
  await expect.poll(() => shownFrame(page)).toBeGreaterThan(3)
  const first = await shownFrame(page)
  const before = await page.getByTestId('picture').screenshot()
  await expect.poll(() => shownFrame(page)).toBeGreaterThan(first + 5)
  expect((await page.getByTestId('picture').screenshot()).equals(before)).toBe(false)

  await page.keyboard.press('Control+l')
  await expect(page.getByTestId('live-state')).toContainText('Live is off')
  const still = await shownFrame(page)
  await page.waitForTimeout(600)
  expect((await shownFrame(page)) - still).toBeLessThanOrEqual(2)
  await page.keyboard.press('Control+k')
  await expect.poll(() => shownFrame(page)).toBeGreaterThan(still)
})

test('records by interval with a note, stops, shows a receipt, and Review shows the same', async ({
  launched
}) => {
  const { page } = launched
  await ready(page)
  const folder = await useNewFolder(launched)
  await page.getByRole('textbox', { name: 'Sample' }).fill('Yeast BY4741, α-factor 3 µM')
  await page.getByRole('textbox', { name: 'Operator' }).fill('Ada')
  let noted = -1
  await recordSome(page, 12, async () => {
    await page.keyboard.press('n')
    await expect(page.getByRole('textbox', { name: 'Note' })).toBeFocused()
    await page.keyboard.type('divides? 😀')
    await page.keyboard.press('Enter')
    const said = page.getByTestId('note-state')
    await expect(said).toContainText('Saved with frame')
    noted = Number(/(\d+)/.exec((await said.textContent()) ?? '')?.[1])
  })
  expect(noted).toBeGreaterThanOrEqual(0)

  const files = page.getByTestId('receipt-file')
  await expect(files).toHaveCount(2)
  const paths = await files.evaluateAll((all) => all.map((each) => each.getAttribute('data-path') ?? ''))
  const frames = Number(await files.first().getAttribute('data-readable'))
  expect(frames).toBeGreaterThanOrEqual(12)
  await expect(files.nth(1)).toHaveAttribute('data-readable', String(frames))
  await expect(files.nth(1)).toHaveAttribute('data-records', String(frames))
  for (const path of paths) {
    expect(path.startsWith(folder)).toBe(true)
    await access(path)
  }
  const newest = await cells(page, frames - 1)

  for (const [at, ending] of ['.ome.tiff', '.ome.zarr'].entries()) {
    await view(page, 'Acquire')
    await files.nth(at).getByRole('button', { name: 'Open in Review' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText(ending)
    await expect(page.getByTestId('row-count')).toHaveText(`${frames} frames`)

    // table -> picture
    await (await rowOf(page, noted)).click()
    await expect(page.getByTestId('picture')).toHaveAttribute('data-frame', String(noted))
    expect((await cells(page, noted))['note']).toBe('divides? 😀')

    // picture -> table
    await page.keyboard.press('End')
    await expect(page.getByTestId('picture')).toHaveAttribute('data-frame', String(frames - 1))
    await expect(page.locator('[data-testid="frame-row"][aria-selected="true"]')).toHaveAttribute(
      'data-frame',
      String(frames - 1)
    )
    await expect(page.getByTestId('axis-t')).toHaveText(`${frames} / ${frames}`)

    // what was shown during the run is what is in the file
    const stored = await cells(page, frames - 1)
    for (const key of ['delta_t', 'temperature', 'laser_power', 'position_x', 'trigger_source'])
      expect(stored[key], key).toBe(newest[key])

    await page.getByRole('textbox', { name: 'Search metadata' }).fill('α-factor')
    await expect(page.getByRole('tree')).toContainText('Yeast BY4741, α-factor 3 µM')
  }

  await view(page, 'Review')
  await page.getByRole('button', { name: 'Close this dataset' }).click()
  await expect(page.getByRole('button', { name: /run_001\.ome\.tiff/ })).toBeVisible()
})

test('pauses without losing a frame, and Esc never stops a run', async ({ launched }) => {
  const { page } = launched
  await ready(page)
  await useNewFolder(launched)
  await recordSome(page, 6, async () => {
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByTestId('phase')).toHaveAttribute('data-phase', 'paused')
    // The frame that was on its way when Pause was pressed may still come.
    await page.waitForTimeout(400)
    const still = await counter(page, 'seen')
    await page.waitForTimeout(600)
    expect(await counter(page, 'seen')).toBe(still)
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect(page.getByTestId('phase')).toHaveAttribute('data-phase', 'running')
  })
  expect(await page.getByTestId('receipt-file').count()).toBe(2)
})

test('stops by itself after the chosen number of frames', async ({ launched }) => {
  const { page } = launched
  await ready(page)
  await useNewFolder(launched)
  await page.getByRole('radio', { name: 'Interval' }).click()
  await page.getByRole('textbox', { name: 'Interval' }).fill('50')
  await page.getByRole('radio', { name: 'Frames' }).click()
  await page.getByRole('textbox', { name: 'Number of frames' }).fill('5')
  await page.getByRole('textbox', { name: 'Number of frames' }).press('Enter')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true', { timeout: 30_000 })
  await expect(page.getByTestId('receipt-file').first()).toHaveAttribute('data-readable', '5')
})
