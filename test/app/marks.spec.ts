/** Marks and tags while a recording runs: by key, on disk, as columns of the dataset; and the computer stays awake meanwhile. */
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { ready, recordsIn } from './bench'

test('M marks, 1 tags, both are in the saved records, and the computer stays awake', async ({ start }) => {
  test.setTimeout(120_000)
  const folder = newFolder()
  const camera = { width: 128, height: 96, pixelType: 'uint16', exposureMs: 5 } as const
  const tags = ['drift', '', 'bright']
  const { app, page } = await start({
    userData: profile({ folder, format: 'both', triggerKind: 'interval', intervalMs: 150, camera, tags })
  })
  await ready(page)
  const awake = (): Promise<boolean> =>
    app.evaluate(({ powerSaveBlocker }) => [0, 1, 2].some((id) => powerSaveBlocker.isStarted(id)))
  expect(await awake()).toBe(false)
  // Before a run the keys do nothing.
  await page.keyboard.press('m')
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect
    .poll(async () => Number(await page.getByTestId('written').getAttribute('data-value')))
    .toBeGreaterThan(1)
  expect(await awake()).toBe(true)
  const said = page.getByTestId('marked')
  await page.keyboard.press('m')
  await expect(said).toContainText('is marked')
  const marked = Number(/Frame (\d+)/.exec((await said.textContent()) ?? '')?.[1])
  await page.keyboard.press('3')
  await expect(said).toContainText('bright')
  const tagged = Number(/Frame (\d+)/.exec((await said.textContent()) ?? '')?.[1])
  await page.keyboard.press('2') // has no name
  // Both stand on the time line, which has a tick for each frame.
  await expect(page.locator('[data-testid="time-flag"][data-kind="mark"]')).toHaveCount(2)
  await expect(page.getByTestId('time-line').locator('path')).toHaveAttribute('d', /M.*V22M.*V22/)
  await page.screenshot({ path: 'test-results/marks.png' })
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true')
  expect(await awake()).toBe(false)

  const records = recordsIn(join(folder, 'run_001.ome.zarr'))
  expect(records[marked]?.mark).toBe(true)
  expect(records[tagged]?.tags).toBe('bright')
  expect(records.filter(({ mark, tags }) => mark !== undefined || tags !== undefined)).toHaveLength(
    marked === tagged ? 1 : 2
  )
  for (const name of ['run_001.ome.tiff', 'run_001.ome.zarr'])
    expect(complaints(await judge(join(folder, name)))).toEqual([])
})
