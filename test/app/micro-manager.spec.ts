/** A Micro-Manager configuration: connected by its file, its devices in the list, its filter in every record, back after a restart, and told when it can't be. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { adapters, demoConfiguration, peersPython } from '../support/micro-manager'
import { ready, recordSome, recordsIn, useNewFolder, view, zarrIn } from './bench'

process.env['BENCHFRAME_PYTHON'] ??= peersPython

test('the demo configuration is connected by its file, its camera records, and it is back after a restart; without Python it says so', async ({
  start
}) => {
  test.setTimeout(180_000)
  const userData = mkdtempSync(join(tmpdir(), 'benchframe-micro-manager-'))
  const python = process.env['BENCHFRAME_PYTHON']
  try {
    const first = await start({ userData })
    const { page } = first
    await ready(page)
    await view(page, 'Devices')
    await page.getByRole('combobox', { name: 'Kind of instrument' }).click()
    await page.getByRole('option', { name: /Micro-Manager configuration/ }).click()
    await page.getByLabel('Configuration file', { exact: true }).fill('/nowhere/bench.cfg')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByTestId('connect-failure')).toContainText('There is no configuration file')
    await page.screenshot({ path: 'test-results/mm-connect.png' })

    for (const [what, path] of [
      ['Folder of Micro-Manager', adapters],
      ['Configuration file', demoConfiguration]
    ] as const) {
      await first.app.evaluate(({ dialog }, chosen) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
      }, path)
      await page.getByRole('button', { name: `${what}: Browse…` }).click()
      await expect(page.getByLabel(what, { exact: true })).toHaveValue(path)
    }
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Micro-Manager MMConfig_demo' })).toBeVisible()
    await page.screenshot({ path: 'test-results/mm-devices.png' })
    await page.getByRole('button', { name: /Demo camera/i }).click()
    await page.getByLabel('Find a property').fill('bin')
    await expect(page.locator('[data-property="binning"]')).toBeVisible()
    await page.getByLabel('Find a property').fill('')
    await page.screenshot({ path: 'test-results/mm-camera.png' })
    await page.getByRole('button', { name: /Emission/ }).click()
    await page.getByRole('combobox', { name: 'Label', exact: true }).click()
    await page.getByRole('option', { name: 'Chroma-HQ535' }).click()
    await expect(page.getByRole('combobox', { name: 'Label', exact: true })).toContainText('Chroma-HQ535')
    await page.screenshot({ path: 'test-results/mm-wheel.png' })

    await view(page, 'Acquire')
    const folder = await useNewFolder(first)
    await recordSome(page, 5)
    await page.screenshot({ path: 'test-results/mm-acquire.png' })
    const records = recordsIn(zarrIn(folder))
    expect(records.length).toBeGreaterThanOrEqual(5)
    for (const record of records) {
      expect(record).toMatchObject({ emission: 'Chroma-HQ535', position_x: 0, position_y: 0, position_z: 0 })
      expect(record['excitation']).toBeDefined()
    }
    await first.close()

    const again = await start({ userData })
    await ready(again.page)
    await view(again.page, 'Devices')
    await expect(
      again.page.getByRole('button', { name: /Micro-Manager MMConfig_demo.*Ready/s })
    ).toBeVisible()
    await again.close()

    process.env['BENCHFRAME_PYTHON'] = '/nowhere/python3'
    const without = await start({ userData })
    await ready(without.page)
    await view(without.page, 'Devices')
    await without.page.getByRole('button', { name: /Micro-Manager configuration.*Absent/s }).click()
    await expect(
      without.page
        .getByRole('alert')
        .getByText(/needs Python 3/)
        .first()
    ).toBeVisible()
    await without.page.screenshot({ path: 'test-results/mm-absent.png' })
    await without.page.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(
      without.page.getByRole('button', { name: /Micro-Manager configuration.*Absent/s })
    ).toBeHidden()
  } finally {
    process.env['BENCHFRAME_PYTHON'] = python
    rmSync(userData, { recursive: true, force: true })
  }
})
