/** Positions of a Multi-D plan: what was seen there, and what focus has drifted by, from the list through a run to the records. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { counter, faults, ready } from './bench'

const moveTo = (page: Page, axis: 'x' | 'z', value: number): Promise<void> =>
  page.evaluate(
    async ([property, to]) => {
      const answer = await window.benchframe?.call('devices.set', {
        device: 'sim-stage',
        property,
        value: to
      })
      if (answer?.ok !== true) throw new Error(JSON.stringify(answer))
    },
    [axis, value] as const
  )

test('positions show what was seen there; focus offsets are kept per position, told by each frame and logged', async ({
  start
}) => {
  test.setTimeout(180_000)
  const folder = newFolder()
  const camera = { width: 256, height: 192, pixelType: 'uint16', exposureMs: 5 } as const
  const userData = profile({ folder, format: 'both', camera, live: true, triggerKind: 'multi-d' })
  const first = await start({ userData })
  const { page } = first
  await ready(page)
  await page.getByRole('button', { name: 'Edit the plan…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Multi-D' })
  await dialog.getByLabel('Time points').fill('40')
  await dialog.getByLabel('Interval').fill('700')
  await dialog.getByRole('switch', { name: 'Use Positions' }).click()
  const add = dialog.getByRole('button', { name: 'Add where the stage stands' })
  await add.click()
  await expect(dialog.getByAltText('What was seen at Position 1')).toBeVisible()
  await moveTo(page, 'x', 180)
  await expect(page.getByTestId('reading-position_x').first()).toContainText('180')
  await add.click()
  await expect(dialog.getByAltText('What was seen at Position 2')).toBeVisible()
  const seen = (n: number): Promise<string | null> =>
    dialog.getByAltText(`What was seen at Position ${n}`).getAttribute('src')
  expect(await seen(1)).not.toBe(await seen(2))
  expect((await seen(1))?.length ?? 0).toBeLessThanOrEqual(8_000)

  // Focus has drifted at the second position: the stage is where it is sharp now.
  await moveTo(page, 'z', 52.5)
  await expect(page.getByTestId('reading-position_z').first()).toContainText('52.5')
  await dialog.getByRole('button', { name: 'Position 2 is in focus where the stage stands now' }).click()
  await expect(dialog.getByLabel('Focus offset of Position 2')).toHaveValue('2.5')
  for (const theme of ['dark', 'light', 'red']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme)
    await page.screenshot({ path: `test-results/positions-${theme}.png` })
    expect(await faults(page), theme).toEqual([])
  }
  await page.evaluate(() => (document.documentElement.dataset['theme'] = 'dark'))
  await dialog.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect.poll(() => counter(page, 'written')).toBeGreaterThanOrEqual(3)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  const card = page.getByTestId('focus')
  // The frame under way is finished first.
  await page.waitForTimeout(1_000)
  const there = (await card.getAttribute('data-position')) ?? ''
  expect(there).toMatch(/^Position [12]$/)
  // The card speaks of the position where the stage stands, also when it went there after the pause began.
  await expect(page.getByTestId('reading-position_x').first()).toContainText(
    there === 'Position 1' ? '100' : '180'
  )
  const planned = 50
  await moveTo(page, 'z', planned + 4)
  await expect(page.getByTestId('reading-position_z').first()).toContainText('54')
  await card.getByRole('button', { name: 'In focus here now' }).click()
  await expect(card.getByLabel('Offset')).toHaveValue('4')
  await card.scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/focus-card.png' })
  // Out of reach is refused, in words, and changes nothing.
  await card.getByLabel('Offset').fill('90000')
  await card.getByLabel('Offset').press('Enter')
  await expect(page.getByText(/lies outside of the stage/).first()).toBeVisible()
  await card.getByLabel('Offset').fill('4')
  await card.getByLabel('Offset').press('Enter')
  await expect(page.getByText(/lies outside of the stage/)).toHaveCount(0)
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  const before = await counter(page, 'written')
  await expect.poll(() => counter(page, 'written')).toBeGreaterThanOrEqual(before + 4)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true', { timeout: 60_000 })

  for (const name of ['run_001', 'run_001.ome.zarr'])
    expect(complaints(await judge(join(folder, name)))).toEqual([])
  const zarr = join(folder, 'run_001.ome.zarr')
  interface Attributes {
    readonly ome_writers: { readonly frame_metadata: readonly Readonly<Record<string, unknown>>[] }
  }
  const frames = [1, 2].flatMap(
    (n) =>
      (
        JSON.parse(readFileSync(join(zarr, `Position_${n}`, 'zarr.json'), 'utf8')) as {
          attributes: Attributes
        }
      ).attributes.ome_writers.frame_metadata
  )
  for (const { position_z, focus_offset } of frames)
    expect(position_z).toBeCloseTo(planned + Number(focus_offset), 6)
  const offsets = (position: string): unknown[] => [
    ...new Set(frames.filter((one) => one.position_name === position).map((one) => one.focus_offset))
  ]
  expect(offsets(there)).toEqual([there === 'Position 1' ? 0 : 2.5, 4])
  expect(offsets(there === 'Position 1' ? 'Position 2' : 'Position 1')).toEqual([
    there === 'Position 1' ? 2.5 : 0
  ])
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) =>
    /json$|tiff$/.test(one)
  )
  const texts = files.map((one) => readFileSync(join(folder, one), 'latin1'))
  expect(texts.some((text) => text.includes(`Focus offset of ${there}: 4`))).toBe(true)
  // What was seen is for the eye, and no part of the data.
  expect(texts.filter((text) => text.includes('data:image'))).toEqual([])
  await first.close()

  const { page: again } = await start({ userData })
  await ready(again)
  await again.getByRole('button', { name: 'Edit the plan…' }).click()
  await expect(again.getByAltText('What was seen at Position 2')).toBeVisible()
  await expect(again.getByLabel(`Focus offset of ${there}`)).toHaveValue('4')
})
