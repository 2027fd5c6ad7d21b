/** A USB camera: found in the Devices view, takes the place of the simulated one, records to both formats, and is back after a restart; no page but its own may use it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { fakeCamera } from '../support/uvc-peer'
import { ready, recordSome, recordsIn, useNewFolder, view } from './bench'

test('a USB camera is chosen from the list, records to both formats, and is back after a restart', async ({
  start
}) => {
  test.setTimeout(180_000)
  const userData = mkdtempSync(join(tmpdir(), 'benchframe-uvc-'))
  try {
    const first = await start({ userData, args: fakeCamera })
    const { page } = first
    await ready(page)
    await view(page, 'Devices')
    await page.getByRole('button', { name: /^fake_device_0 #[0-9a-f]{6}/ }).click()
    await page.screenshot({ path: 'test-results/uvc-found.png' })
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'fake_device_0' })).toBeVisible()
    await page.screenshot({ path: 'test-results/uvc-devices.png' })

    await view(page, 'Acquire')
    const folder = await useNewFolder(first)
    await recordSome(page, 5)
    await page.screenshot({ path: 'test-results/uvc-acquire.png' })
    const names = readdirSync(folder).filter((name) => /\.ome\.(tiff|zarr)$/.test(name))
    expect(names.length).toBe(2)
    for (const name of names) expect(complaints(await judge(join(folder, name))), name).toEqual([])
    const zarr = names.find((name) => name.endsWith('zarr')) ?? ''
    const records = recordsIn(join(folder, zarr))
    expect(records.length).toBeGreaterThanOrEqual(5)
    const numbers = records.map((record) => Number(record['camera_frame_id']))
    expect(numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0))).toBe(true)
    await first.close()

    const again = await start({ userData, args: fakeCamera })
    await ready(again.page)
    await view(again.page, 'Devices')
    await expect(again.page.getByRole('button', { name: /fake_device_0.*(Ready|Busy)/s })).toBeVisible()
  } finally {
    rmSync(userData, { recursive: true, force: true })
  }
})

test('the page of the app gets no camera and no microphone, also while one is there (X1)', async ({
  start
}) => {
  const { page } = await start({ args: fakeCamera })
  await ready(page)
  for (const wanted of [{ video: true }, { audio: true }]) {
    const outcome = await page.evaluate(
      (what) =>
        navigator.mediaDevices.getUserMedia(what).then(
          () => 'granted',
          (error: unknown) => (error as Error).name
        ),
      wanted
    )
    expect(outcome).toBe('NotAllowedError')
  }
})
