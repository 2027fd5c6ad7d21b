// Keys, themes, settings that survive, and accessibility, on the real application.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { faults, ready, recordSome, shownFrame, useNewFolder, view } from './bench'

// Patience for a machine that does other things as well.
test.describe.configure({ timeout: 180_000 })

test('keys typed in an editable element do nothing but type (U2)', async ({ launched: { page } }) => {
  await ready(page)
  await page.keyboard.press('Control+l')
  await expect(page.getByTestId('live-state')).toContainText('Live is off')
  await page.waitForTimeout(400)
  const still = await shownFrame(page)
  for (const name of ['Sample', 'Notes', 'Operator']) {
    const field = page.getByRole('textbox', { name, exact: true })
    await field.focus()
    await field.pressSequentially('n a?A ')
    for (const keys of ['Control+k', 'Control+l', 'Control+r', 'Control+.', 'Control+o', 'Escape'])
      await page.keyboard.press(keys)
    await expect(field).toHaveValue('n a?A ')
  }
  await page.waitForTimeout(300)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByTestId('phase')).toHaveAttribute('data-phase', 'idle')
  await expect(page.getByTestId('live-state')).toContainText('Live is off')
  expect(await shownFrame(page)).toBe(still)
})

test('? shows the table of keys, and a dialog keeps keys from what lies under it', async ({
  launched: { page }
}) => {
  await ready(page)
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keys' })
  await expect(dialog).toContainText('Start a recording')
  await page.keyboard.press('Control+r')
  await expect(page.getByTestId('phase')).toHaveAttribute('data-phase', 'idle')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
})

test('theme, folder, name and form survive a restart (U3)', async ({ start }) => {
  const userData = await mkdtemp(join(tmpdir(), 'benchframe-profile-'))
  try {
    const first = await start({ userData })
    await ready(first.page)
    const folder = await useNewFolder(first)
    await first.page.getByRole('textbox', { name: 'Sample' }).fill('kept')
    await first.page.getByRole('textbox', { name: 'Name' }).fill('series')
    await first.page.getByRole('textbox', { name: 'Exposure' }).fill('12.5')
    await first.page.keyboard.press('Enter')
    await view(first.page, 'Settings')
    await first.page.getByRole('radio', { name: 'Red night' }).click()
    await expect(first.page.locator('html')).toHaveAttribute('data-theme', 'red')
    await first.page.waitForTimeout(700)
    await first.close()

    const { page } = await start({ userData })
    await ready(page)
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'red')
    await expect(page.getByRole('textbox', { name: 'Sample' })).toHaveValue('kept')
    await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('series')
    await expect(page.getByRole('textbox', { name: 'Exposure' })).toHaveValue('12.5')
    await expect(page.getByTestId('folder').first()).toHaveAttribute('title', folder)
  } finally {
    await rm(userData, { recursive: true, force: true })
  }
})

test('contrast follows its three modes, and the display is the window that is written beside it (R9)', async ({
  launched: { page }
}) => {
  await ready(page)
  await expect.poll(() => shownFrame(page)).toBeGreaterThan(2)
  const high = page.getByRole('textbox', { name: 'White level' })
  await page.getByRole('button', { name: 'Full range' }).click()
  await expect(high).toHaveValue('65535')
  await page.keyboard.press('a')
  await expect(page.getByRole('button', { name: 'Auto', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true'
  )
  expect(Number(await high.inputValue())).toBeLessThan(65_535)
  await high.fill('900')
  await high.press('Enter')
  await expect(page.getByRole('slider', { name: 'White level' })).toHaveAttribute('aria-valuenow', '900')
  await expect(page.getByRole('button', { name: 'Auto', exact: true })).toHaveAttribute(
    'aria-pressed',
    'false'
  )
})

test('saves the rows shown as CSV (R11)', async ({ launched }) => {
  const { app, page } = launched
  await ready(page)
  const folder = await useNewFolder(launched)
  await recordSome(page, 6)
  await page.getByRole('button', { name: 'Open in Review' }).first().click()
  await expect(page.getByTestId('row-count')).toContainText('frames')
  await page.getByRole('textbox', { name: /^Filter/ }).fill('# < 4')
  await expect(page.getByTestId('row-count')).toContainText('4 of')
  const path = join(folder, 'rows.csv')
  await app.evaluate(({ session }, to) => {
    session.defaultSession.once('will-download', (_, item) => item.setSavePath(to))
  }, path)
  await page.getByRole('button', { name: 'CSV' }).click()
  await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('\r\n3,')
  const [head, ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\r\n')
  expect(head).toContain('temperature (°C)')
  expect(lines.map((line) => line.split(',')[0])).toEqual(['0', '1', '2', '3'])
})

for (const theme of ['dark', 'light', 'red'] as const) {
  test(`no accessibility fault in any view, ${theme} theme`, async ({ launched }) => {
    const { page } = launched
    await ready(page)
    await useNewFolder(launched)
    await view(page, 'Settings')
    await page.getByRole('radio', { name: { dark: 'Dark', light: 'Light', red: 'Red night' }[theme] }).click()
    await page.waitForTimeout(300)
    expect(await faults(page), 'Settings').toEqual([])
    await view(page, 'Acquire')
    await expect(page.getByTestId('sentence')).toContainText('Records')
    expect(await faults(page), 'Acquire').toEqual([])
    await recordSome(page, 4, async () => {
      expect(await faults(page), 'running').toEqual([])
    })
    expect(await faults(page), 'receipt').toEqual([])
    await page.getByRole('button', { name: 'Open in Review' }).first().click()
    await expect(page.getByTestId('row-count')).toContainText('frames')
    await expect(page.getByRole('tree')).toBeVisible()
    expect(await faults(page), 'Review').toEqual([])
    await page.getByRole('tab', { name: 'Chart' }).click()
    await page.waitForTimeout(300)
    expect(await faults(page), 'Chart').toEqual([])
    await view(page, 'Devices')
    expect(await faults(page), 'Devices').toEqual([])
    await view(page, 'Rules')
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await expect(page.getByTestId('rule')).toBeVisible()
    expect(await faults(page), 'Rules').toEqual([])
    await view(page, 'Help')
    await expect(page.getByTestId('help-page')).toBeVisible()
    expect(await faults(page), 'Help').toEqual([])
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog')).toBeVisible()
    await page.waitForTimeout(200)
    expect(await faults(page), 'Keys').toEqual([])
  })
}
