/** Album: snaps collected in one growing dataset, whatever a recording would wait for. */
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { counter, ready } from './bench'

test('Album begins a dataset with a snap, and each Snap adds a frame until it is stopped', async ({
  start
}) => {
  const folder = newFolder()
  const camera = { width: 128, height: 96, pixelType: 'uint16', exposureMs: 5 } as const
  // A limit that is set for recordings does not end an album.
  const { page } = await start({
    userData: profile({ folder, format: 'ome-tiff', camera, frames: 2, triggerKind: 'interval' })
  })
  await ready(page)
  await page.getByRole('button', { name: 'Album' }).click()
  await expect.poll(() => counter(page, 'written')).toBe(1)
  for (let frames = 2; frames <= 4; frames++) {
    await page.getByRole('button', { name: 'Snap', exact: true }).click()
    await expect.poll(() => counter(page, 'written')).toBe(frames)
  }
  await page.waitForTimeout(400)
  expect(await counter(page, 'written')).toBe(4)
  await page.screenshot({ path: 'test-results/album.png' })
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true')
  expect(complaints(await judge(join(folder, 'run_001.ome.tiff')))).toEqual([])
})
