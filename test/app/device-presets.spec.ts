/** Presets of devices from the screen: made from the values of now, set from Devices and Acquire, renamed, deleted, and back after a restart. */
import { expect, test } from '../support/app'
import { newFolder, profile } from '../support/profile'
import { ready, view } from './bench'

for (const theme of ['dark', 'light', 'red'] as const)
  test(`a preset is made from what stands now, set again with one press, and kept over a restart (${theme})`, async ({
    start
  }) => {
    const userData = profile({ folder: newFolder(), theme })
    const first = await start({ userData })
    const { page } = first
    await ready(page)
    await page.setViewportSize({ width: 1280, height: 720 }).catch(() => undefined)
    await view(page, 'Devices')
    const shot = (name: string): Promise<unknown> =>
      page.screenshot({ path: `test-results/presets-${name}-${theme}.png` })
    const power = page.locator('[data-property="power"] input')
    await page.getByRole('button', { name: /^Simulated laser/ }).click()
    await power.fill('12')
    await power.blur()
    await page.getByRole('button', { name: 'New preset…' }).click()
    const dialog = page.getByRole('dialog', { name: 'New preset' })
    await expect(dialog.getByRole('button', { name: 'Keep as a preset' })).toBeDisabled()
    const laser = dialog.getByRole('group', { name: 'Simulated laser' })
    await laser.getByRole('checkbox', { name: /^Power/ }).check()
    await laser.getByRole('checkbox', { name: /^On/ }).check()
    await dialog.getByRole('group', { name: 'Simulated stage' }).getByRole('checkbox', { name: /^X/ }).check()
    await dialog.getByLabel('Name').fill('Dim red')
    await shot('maker')
    await dialog.getByRole('button', { name: 'Keep as a preset' }).click()
    await expect(page.getByTestId('device-preset')).toContainText('Dim red')

    await power.fill('40')
    await power.blur()
    const holds = page.getByTestId('device-preset').getByRole('img', { name: /how the devices stand now/ })
    await expect(holds).toBeHidden()
    await page.getByRole('button', { name: 'Set Dim red' }).click()
    await expect(holds).toBeVisible()
    await expect(power).toHaveValue('12')
    await shot('devices')

    await page.getByRole('button', { name: 'More for Dim red' }).click()
    await page.getByRole('menuitem', { name: 'Rename…' }).click()
    await page.getByRole('dialog', { name: 'Rename the preset' }).getByLabel('Name').fill('Alignment')
    await page.keyboard.press('Enter')
    await power.fill('33')
    await power.blur()
    await view(page, 'Acquire')
    await page.getByRole('button', { name: 'Set Alignment' }).click()
    await expect(page.getByTestId('reading-laser_power')).toContainText('12')
    await shot('acquire')

    await view(page, 'Rules')
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByRole('combobox', { name: 'Action 1' }).click()
    await page.getByRole('option', { name: 'Set a preset' }).click()
    await page.getByRole('combobox', { name: 'Preset' }).click()
    await page.getByRole('option', { name: 'Alignment' }).click()
    await expect(page.getByTestId('rule-sentence')).toContainText('set the preset “Alignment”')
    await shot('rules')
    await first.close()

    const again = await start({ userData })
    await ready(again.page)
    await view(again.page, 'Devices')
    await again.page.getByRole('button', { name: 'More for Alignment' }).click()
    await again.page.getByRole('menuitem', { name: 'Delete' }).click()
    await expect(again.page.getByTestId('device-preset')).toHaveCount(0)
  })
