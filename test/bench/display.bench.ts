/**
 * npm run bench -- app: frames of 2048² a second to OME-TIFF, as fast as the app takes them from the simulated camera, with the live picture, its
 * histogram and the table on screen and without (another view is looked at), in turns.
 */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { newFolder, profile } from '../support/profile'
import { view } from '../app/bench'
import { receiptOf } from './receipt-of'

const SECONDS = process.env.BENCH_QUICK === undefined ? 8 : 4
const TURNS = 3

test('write rate with the display on and off', async ({ start }) => {
  test.setTimeout((2 * TURNS * SECONDS + 120) * 1000)
  const camera = { width: 2048, height: 2048, pixelType: 'uint16', exposureMs: 0.5 } as const
  const folder = newFolder()
  const settings = { folder, format: 'ome-tiff', intervalMs: 1, seconds: SECONDS, camera } as const
  const rates = { on: [] as number[], off: [] as number[] }
  const { page } = await start({ userData: profile(settings) })
  for (let turn = 0; turn < 2 * TURNS; turn++) {
    const shown = turn % 2 === 0
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await expect(page.getByTestId('run-state')).toContainText('Recording')
    if (!shown) await view(page, 'Settings')
    await page.waitForTimeout(SECONDS * 1000)
    await view(page, 'Acquire')
    await expect(page.getByTestId('verdict')).toBeVisible({ timeout: 60_000 })
    const { written, seconds } = await receiptOf(page)
    rates[shown ? 'on' : 'off'].push(Math.round((10 * written) / seconds) / 10)
    await page.getByTestId('receipt').getByRole('button', { name: 'Close' }).click()
    for (const path of await readdir(folder)) await rm(join(folder, path)) // gigabytes
  }
  const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[1] ?? NaN
  const ratio = Math.round((1000 * middle(rates.on)) / middle(rates.off)) / 1000
  process.stdout.write(`${JSON.stringify({ framesASecond: rates, onToOff: ratio })}\n`)
})
