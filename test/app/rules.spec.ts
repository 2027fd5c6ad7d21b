/** Rules from the screen to the dataset: a temperature from a serial instrument crosses a threshold, the frames from before are kept, a burst follows. */
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { startTwin } from '../twins/start-twin'
import { recordsIn } from './bench'

test('a value that crosses its threshold keeps the ring and takes a burst (M6)', async ({ start }) => {
  test.setTimeout(120_000)
  const folder = newFolder()
  const twin = await startTwin({ temperature: 36 })
  try {
    const camera = { width: 256, height: 256, pixelType: 'uint16', exposureMs: 5 } as const
    const userData = profile({
      folder,
      format: 'both',
      triggerKind: 'manual',
      camera,
      serialPorts: [twin.path]
    })
    const { page } = await start({ userData })
    await expect(page.getByText('6 of 6 devices ready')).toBeVisible()

    await page.getByRole('button', { name: 'Rules', exact: true }).click()
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByRole('combobox', { name: 'Value of' }).click()
    await page.getByRole('option', { name: 'temperature', exact: true }).click()
    await page.getByLabel('Threshold, °C').fill('38')
    await page.getByLabel('Hysteresis, °C').fill('0.5')
    await page.getByLabel('Frames', { exact: true }).fill('8')
    await page.getByLabel('Every, ms', { exact: true }).fill('20')
    await page.getByRole('button', { name: 'Add an action' }).click()
    await page.getByRole('combobox', { name: 'Action 2' }).click()
    await page.getByRole('option', { name: 'Keep frames from before' }).click()
    await page.getByRole('button', { name: 'Move action 2 up' }).click()
    await page.getByLabel('Frames kept ready').fill('5')
    await page.getByLabel('One every, ms').fill('30')
    await page.getByLabel('One every, ms').blur()
    await expect(page.getByTestId('rule-sentence')).toHaveText(
      'When temperature rises above 38 °C: keep the frames from before, then take 8 frames every 20 ms.'
    )
    await page.screenshot({ path: 'test-results/rules.png' })

    await page.getByRole('button', { name: 'Acquire', exact: true }).click()
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await expect(page.getByTestId('run-state')).toContainText('Recording')
    await page.waitForTimeout(600)
    await expect(page.getByTestId('seen')).toHaveAttribute('data-value', '0')
    await twin.send({ do: 'temperature', value: 38.4, perSecond: 0, noise: 0, everyMs: 50 })
    await expect(page.getByTestId('written')).toHaveAttribute('data-value', '13')

    await page.getByRole('button', { name: 'Rules', exact: true }).click()
    await expect(page.getByTestId('fire')).toHaveAttribute('data-outcome', 'acted')
    await page.getByRole('button', { name: /^Acquire/ }).click()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true')

    // The same rule tried on what was just recorded, and on the live values.
    await page.getByRole('button', { name: 'Rules', exact: true }).click()
    await expect(page.getByTestId('rehearsal')).toContainText('Would have fired once')
    await page.getByRole('combobox', { name: 'On', exact: true }).click()
    await page.getByRole('option', { name: 'run_001.ome.zarr' }).click()
    await expect(page.getByTestId('rehearsal')).toContainText('Would have fired once')
    await page.getByLabel('Threshold, °C').fill('39')
    await page.getByLabel('Threshold, °C').blur()
    await expect(page.getByTestId('rehearsal')).toContainText('Would not have fired')
    await page.getByLabel('Threshold, °C').fill('37')
    await page.getByLabel('Threshold, °C').blur()
    await expect(page.getByTestId('rehearsal')).toContainText('Would have fired once')
    await page.getByTestId('rehearsal-plot').scrollIntoViewIfNeeded()
    await page.screenshot({ path: 'test-results/rules-rehearsal.png' })
  } finally {
    await twin.close()
  }
  const records = recordsIn(join(folder, 'run_001.ome.zarr'))
  expect(records.map(({ pretrigger }) => pretrigger === true)).toEqual(
    Array.from({ length: 13 }, (_, i) => i < 5)
  )
  for (const record of records)
    expect(record).toMatchObject({ trigger_source: 'rule', rule: 'Rule 1', trigger_value: 38.4 })
  for (const name of ['run_001.ome.tiff', 'run_001.ome.zarr'])
    expect(complaints(await judge(join(folder, name)))).toEqual([])
})
