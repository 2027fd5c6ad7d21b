// One story through the app, with a picture at each stop. Not a test: what the pictures show is tested elsewhere.
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { test } from '../support/app'
import { expect } from '../support/app'
import { newFolder, profile } from '../support/profile'
import { ready, view } from '../app/bench'

const folder = resolve(import.meta.dirname, '../../resources/docs/pictures')
const shot = async (page: Page, name: string): Promise<void> => {
  await page.mouse.move(0, 0)
  await page.waitForTimeout(400)
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
const field = (page: Page, name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('textbox', { name, exact: true })

test('the pictures of the pages', async ({ start }) => {
  const recordings = newFolder()
  const camera = { width: 1024, height: 1024, pixelType: 'uint16', exposureMs: 20 } as const
  const { app, page } = await start({
    userData: profile({ folder: recordings, format: 'both', camera, tags: ['divides', 'drift'] })
  })
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 800))
  await ready(page)
  const welcome = page.getByTestId('welcome')
  await welcome.getByRole('textbox', { name: 'Who are you?' }).fill('Ada Lovelace')
  await welcome.getByRole('textbox', { name: 'Which objective is on?' }).fill('60x 1.4 oil')
  await welcome.getByRole('button', { name: 'Done' }).click()
  await field(page, 'Sample').fill('Yeast BY4741')
  await field(page, 'What was done').fill('α-factor, released')
  await field(page, 'Condition').fill('α-factor')
  await field(page, 'Dose').fill('3 uM')
  await shot(page, 'acquire')

  await view(page, 'Rules')
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.getByRole('combobox', { name: 'Value of' }).click()
  await page.getByRole('option', { name: 'temperature', exact: true }).click()
  await page.getByLabel('Threshold, °C').fill('37.12')
  await page.getByLabel('Threshold, °C').blur()
  await page.waitForTimeout(3_000) // some seconds of the value that is watched
  await expect(page.getByTestId('rehearsal')).toContainText('fired')
  await shot(page, 'rules')
  await page.getByRole('checkbox', { name: 'Rule 1 is on' }).uncheck()

  await view(page, 'Acquire')
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect
    .poll(async () => Number(await page.getByTestId('written').getAttribute('data-value')))
    .toBeGreaterThan(12)
  await page.keyboard.press('n')
  await page.keyboard.type('first bud?')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('note-state')).toContainText('Saved with frame')
  await page.keyboard.press('Escape')
  await page.keyboard.press('1')
  await expect(page.getByTestId('marked')).toContainText('divides')
  await page.waitForTimeout(2_500)
  await shot(page, 'recording')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true')
  await page.getByRole('button', { name: 'Open in Review' }).first().click()
  await expect(page.getByTestId('row-count')).toContainText('frames')
  await page.getByRole('tab', { name: 'Chart' }).click()
  await page.keyboard.press('ArrowDown')
  await shot(page, 'review')
  await page.getByRole('button', { name: 'Export…' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await shot(page, 'export')
  await page.keyboard.press('Escape')

  await view(page, 'Acquire')
  await page.getByRole('radio', { name: 'Multi-D' }).click()
  await page.getByRole('button', { name: 'Edit the plan…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Multi-D' })
  await dialog.getByRole('switch', { name: 'Use Positions' }).click()
  for (let i = 0; i < 2; i++) await dialog.getByRole('button', { name: 'Add where the stage stands' }).click()
  await dialog.getByRole('switch', { name: 'Use Channels' }).click()
  for (const [i, name] of ['DAPI', 'GFP'].entries()) {
    await dialog.getByRole('button', { name: 'Add a channel' }).click()
    await dialog.getByTestId('channel').nth(i).getByLabel('Name').fill(name)
  }
  await dialog.getByLabel('x of Position 2').fill('160')
  await dialog.getByLabel('x of Position 2').blur()
  await dialog.getByRole('switch', { name: 'Use Z stack' }).click()
  await page.waitForTimeout(600)
  await shot(page, 'multi-d')
})
