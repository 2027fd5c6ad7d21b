/** A GenICam camera: found in the Devices view, takes the place of the simulated one, its numbers and clock are in every record, back after a restart. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { ready, recordSome, recordsIn, useNewFolder, view, zarrIn } from './bench'

test('a GenICam camera is chosen from the list, its frames are recorded, and it is back after a restart', async ({
  start
}) => {
  test.setTimeout(120_000)
  const peer = spawn('arv-fake-gv-camera-0.8', ['-i', '127.0.0.1'], { stdio: 'ignore' })
  const userData = mkdtempSync(join(tmpdir(), 'benchframe-genicam-'))
  try {
    const first = await start({ userData })
    const { page } = first
    await ready(page)
    await view(page, 'Devices')
    await page.getByRole('button', { name: /Aravis-Fake-GV01/ }).click()
    await page.screenshot({ path: 'test-results/genicam-found.png' })
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Aravis Fake' })).toBeVisible({ timeout: 30_000 })
    await page.screenshot({ path: 'test-results/genicam-devices.png' })

    await view(page, 'Acquire')
    const folder = await useNewFolder(first)
    await recordSome(page, 5)
    await page.screenshot({ path: 'test-results/genicam-acquire.png' })
    const records = recordsIn(zarrIn(folder))
    expect(records.length).toBeGreaterThanOrEqual(5)
    const numbers = records.map((record) => Number(record['camera_frame_id']))
    expect(numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0))).toBe(true)
    for (const record of records) expect(record['camera_time_ticks']).toBeDefined()
    await first.close()

    const again = await start({ userData })
    await ready(again.page)
    await view(again.page, 'Devices')
    await expect(again.page.getByRole('button', { name: /Aravis Fake.*(Ready|Busy)/s })).toBeVisible()
  } finally {
    peer.kill('SIGKILL')
    rmSync(userData, { recursive: true, force: true })
  }
})
