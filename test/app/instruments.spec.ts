/** Instruments of other kinds, driven by a profile: chosen in the Devices view, in every record, and back after a restart. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { startInstrumentTwin } from '../twins/start-twin'
import { ready, recordSome, recordsIn, useNewFolder, view, zarrIn } from './bench'

test('an ASI stage is chosen by its kind, its place is in the records, and it is back after a restart', async ({
  start
}) => {
  test.setTimeout(120_000)
  const twin = await startInstrumentTwin('asi-ms2000')
  const userData = mkdtempSync(join(tmpdir(), 'benchframe-kinds-'))
  try {
    const first = await start({ userData })
    const { page } = first
    await ready(page)
    await view(page, 'Devices')
    await page.getByLabel('Port', { exact: true }).fill(twin.path)
    await page.getByRole('combobox', { name: 'Kind of instrument' }).click()
    await page.getByRole('option', { name: 'ASI MS-2000 stage' }).click()
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'ASI MS-2000 stage' })).toBeVisible()
    await expect(page.getByText('USB-9.2m').first()).toBeVisible()
    await page.screenshot({ path: 'test-results/kinds-devices.png' })

    // A line is tried by hand, and the profile reads the answer.
    await page.getByText('Try a line', { exact: true }).click()
    await page.getByLabel('Line to send').fill('W X Y Z')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('tried')).toContainText('← :A 1000 2000 500')
    await expect(page.getByTestId('tried')).toContainText('x 100, y 200, z 50')
    await page.getByTestId('tried').scrollIntoViewIfNeeded()
    await page.screenshot({ path: 'test-results/kinds-try.png' })

    await view(page, 'Acquire')
    const folder = await useNewFolder(first)
    await recordSome(page, 5)
    const records = recordsIn(zarrIn(folder))
    expect(records.length).toBeGreaterThanOrEqual(5)
    for (const record of records) {
      expect(record).toMatchObject({ position_x: 100, position_y: 200, position_z: 50 })
      expect(record['laser_power']).toBe(50) // the simulated one's, since this instrument has no laser
    }
    expect(twin.log().some(({ dir, text }) => dir === 'in' && text === 'W X Y Z')).toBe(true)
    await first.close()

    const again = await start({ userData })
    await ready(again.page)
    await view(again.page, 'Devices')
    await expect(again.page.getByRole('button', { name: /ASI MS-2000 stage.*Ready/s })).toBeVisible()
  } finally {
    await twin.close()
    rmSync(userData, { recursive: true, force: true })
  }
})
