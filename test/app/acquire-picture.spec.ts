/** What is drawn over the picture and never in it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CameraStatus } from '../../src-preload/contract/run'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { startTwin } from '../twins/start-twin'
import { ready, view } from './bench'

test('the cross-hair lies in the middle of the frame, at every zoom, and is remembered', async ({
  start
}) => {
  const userData = profile({ folder: newFolder() })
  const { page } = await start({ userData })
  await ready(page)
  const button = page.getByRole('button', { name: 'Cross-hair in the middle of the frame' })
  const cross = page.getByTestId('cross-hair')
  await expect(button).toBeVisible()
  await expect(cross).toHaveCount(0)
  await button.click()
  await expect(button).toHaveAttribute('aria-pressed', 'true')
  const middle = async (): Promise<{ x: number; y: number }> => {
    const box = await cross.locator('circle').last().boundingBox()
    return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
  }
  /** Value under the pointer: the probe tells which pixel of the camera it is on. */
  const pixelUnder = async (): Promise<number[]> => {
    const { x, y } = await middle()
    await page.mouse.move(x + 0.5, y + 0.5)
    const told = (await page.getByTestId('probe').textContent()) ?? ''
    return (/x (\d+)\s+y (\d+)/.exec(told.replace(/\s+/g, ' ')) ?? []).slice(1).map(Number)
  }
  const near = async (): Promise<void> => {
    const [x = -1, y = -1] = await pixelUnder()
    expect(Math.abs(x - 512)).toBeLessThan(3)
    expect(Math.abs(y - 512)).toBeLessThan(3)
  }
  await near()
  for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Zoom in' }).click()
  await near()
  await page.screenshot({ path: 'test-results/acquire-cross-hair.png' })
  await page.reload()
  await ready(page)
  await expect(cross).toBeVisible()
})

test('a region drawn over the picture is what the camera reads, at any binning, and what the dataset tells (U3)', async ({
  start
}) => {
  const folder = newFolder()
  const userData = profile({
    folder,
    format: 'both',
    camera: { width: 1024, height: 1024, pixelType: 'uint16', exposureMs: 10 }
  })
  const { page } = await start({ userData })
  await ready(page)
  const camera = (): Promise<CameraStatus> =>
    page.evaluate(async () => {
      const answer = await window.benchframe?.call('camera.status', undefined)
      if (answer?.ok !== true) throw new Error('no camera')
      return answer.value
    })
  const size = page.getByRole('combobox', { name: 'Frame size' })
  await expect(size).toContainText('1024 × 1024')

  /** Drags over a part of the picture and answers the pixels at its corners, as the probe tells them. */
  const draw = async (): Promise<{ x: number; y: number; width: number; height: number }> => {
    const box = await page.getByTestId('picture').boundingBox()
    if (box === null) throw new Error('no picture')
    const at = (right: number, down: number): [number, number] => [
      box.x + box.width / 2 + right,
      box.y + box.height / 2 + down
    ]
    const probe = async (place: [number, number]): Promise<[number, number]> => {
      await page.mouse.move(...place)
      const told = ((await page.getByTestId('probe').textContent()) ?? '').replace(/\s+/g, ' ')
      const [, x = NaN, y = NaN] = (/x (\d+) y (\d+)/.exec(told) ?? []).map(Number)
      return [x, y]
    }
    const [from, to] = [at(-60, -80), at(100, 20)]
    const [x0, y0] = await probe(from)
    const [x1, y1] = await probe(to)
    await page.getByRole('button', { name: 'Draw the part of the sensor that is read' }).click()
    await page.mouse.move(...from)
    await page.mouse.down()
    await page.mouse.move(to[0] - 5, to[1])
    await page.mouse.move(...to)
    await page.screenshot({ path: 'test-results/acquire-region-drawn.png' })
    await page.mouse.up()
    return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }
  }
  const drawn = await draw()
  await expect(size).not.toContainText('1024 × 1024')
  const { area } = await camera()
  for (const [name, expected] of [
    ['x', 512 + drawn.x],
    ['y', 512 + drawn.y],
    ['width', drawn.width],
    ['height', drawn.height]
  ] as const)
    expect(Math.abs(area[name] - expected)).toBeLessThan(4)

  // Escape leaves everything as it is, and goes no further.
  await page.getByRole('button', { name: 'Draw the part of the sensor that is read' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('region-tool')).toHaveCount(0)
  expect((await camera()).area).toEqual(area)

  await page.getByRole('combobox', { name: 'Binning' }).click()
  await page.getByRole('option', { name: '2×2' }).click()
  await expect(size).toContainText(`${Math.floor(area.width / 2)} × ${Math.floor(area.height / 2)}`)
  const binned = await camera()
  expect(binned.pixelSizeUm).toBeCloseTo(0.65)
  await page.screenshot({ path: 'test-results/acquire-region.png' })

  await page.getByRole('radio', { name: 'Frames' }).click()
  await page.getByRole('textbox', { name: 'Number of frames' }).fill('3')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(page.getByRole('combobox', { name: 'Binning' })).toBeDisabled()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true', { timeout: 60_000 })
  for (const name of ['run_001.ome.tiff', 'run_001.ome.zarr']) {
    expect(complaints(await judge(join(folder, name)))).toEqual([])
  }
  const { x, y, width, height, binning } = binned.area
  const tiff = readFileSync(join(folder, 'run_001.ome.tiff'), 'utf8')
  expect(tiff).toContain('PhysicalSizeX="0.65"')
  const zarr = readFileSync(join(folder, 'run_001.ome.zarr', 'zarr.json'), 'utf8')
  for (const told of [tiff, zarr])
    expect(told.replace(/\s|&quot;|"|\\/g, '')).toContain(
      `{x:${x},y:${y},width:${width},height:${height},binning:${binning},`
    )

  // The next start reads the same part of the sensor; the whole is one click away.
  await page.reload()
  await ready(page)
  expect((await camera()).area).toEqual(binned.area)
  await page.getByRole('button', { name: 'Read the whole sensor' }).click()
  await expect(size).toContainText('1024 × 1024')
  await page.getByRole('combobox', { name: 'Binning' }).click()
  await page.getByRole('option', { name: '1×1' }).click()
  await expect(size).toContainText('2048 × 2048')
})

test('a restart shows the picture as it was left, and waits for the same trigger (U3)', async ({ start }) => {
  test.setTimeout(120_000)
  const twin = await startTwin({ seed: 3 })
  const userData = profile({ folder: newFolder(), triggerKind: 'serial' })
  try {
    const first = await start({ userData })
    const { page } = first
    await ready(page)
    await view(page, 'Devices')
    await page.getByLabel('Port', { exact: true }).fill(twin.path)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByText(twin.path).first()).toBeVisible()
    await view(page, 'Acquire')
    const trigger = (at: Page): Locator => at.getByRole('combobox', { name: 'Trigger of' })
    // The real one comes first, and is not what was chosen.
    await expect(trigger(page)).not.toContainText('Simulated')
    await trigger(page).click()
    await page.getByRole('option', { name: /Simulated/ }).click()

    const levels = async (at: Page): Promise<string[]> => [
      await at.getByRole('textbox', { name: 'Black level' }).inputValue(),
      await at.getByRole('textbox', { name: 'White level' }).inputValue()
    ]
    await page.getByRole('textbox', { name: 'Black level' }).fill('250')
    await page.keyboard.press('Tab')
    await page.getByRole('textbox', { name: 'White level' }).fill('1750')
    await page.keyboard.press('Tab')
    await page.getByRole('combobox', { name: 'Colours' }).click()
    await page.getByRole('option', { name: 'viridis' }).click()
    await page.getByRole('button', { name: 'Log', exact: true }).click()
    await page.getByRole('button', { name: /^Gamma/ }).click()
    await page.getByRole('slider', { name: 'Gamma' }).press('ArrowLeft')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Cross-hair in the middle of the frame' }).click()
    await page.getByRole('button', { name: 'Scale bar' }).click()
    await expect(page.getByTestId('scale-bar')).toHaveCount(0)
    await page.screenshot({ path: 'test-results/acquire-display-kept.png' })
    await first.close()

    const { page: again } = await start({ userData })
    await ready(again)
    await expect(again.getByTestId('picture')).toHaveAttribute('data-frame', /\d+/)
    await expect.poll(() => levels(again)).toEqual(['250', '1750'])
    await expect(again.getByRole('combobox', { name: 'Colours' })).toContainText('viridis')
    await expect(again.getByRole('button', { name: 'Log', exact: true })).toHaveAttribute(
      'aria-pressed',
      'false'
    )
    await expect(again.getByRole('button', { name: /^Gamma: 0\.97/ })).toBeVisible()
    await expect(again.getByTestId('cross-hair')).toBeVisible()
    await expect(again.getByTestId('scale-bar')).toHaveCount(0)
    await expect(trigger(again)).toContainText('Simulated')
    await expect(again.getByTestId('preflight-sleep')).toHaveAttribute('data-level', /ok|warning/)
    await again.getByTestId('preflight-sleep').scrollIntoViewIfNeeded()
    await again.screenshot({ path: 'test-results/acquire-display-again.png' })
  } finally {
    await twin.close()
  }
})
