// Describing a recording, on the real application: asked once, typed with units, carried over, brought in from elsewhere, and never lost.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { ready, recordSome, useNewFolder, view } from './bench'

test.describe.configure({ timeout: 180_000 })

const field = (page: Page, name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('textbox', { name, exact: true })
const menu = async (page: Page, entry: string): Promise<void> => {
  await page.getByRole('button', { name: 'More for this form' }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}
/** Chooses a menu entry that asks for a file, and answers with this one. */
async function choose(page: Page, entry: string, name: string, text: string): Promise<void> {
  const asked = page.waitForEvent('filechooser')
  await menu(page, entry)
  await (await asked).setFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })
}
const form = async (folder: string, name = 'run_001'): Promise<Record<string, unknown>> => {
  const root = JSON.parse(await readFile(join(folder, `${name}.ome.zarr`, 'zarr.json'), 'utf8')) as {
    attributes: { benchframe: { form: Record<string, unknown> } }
  }
  return root.attributes.benchframe.form
}

test('the first start asks for name and objective, and both are in the dataset', async ({ launched }) => {
  const { page } = launched
  await ready(page)
  const welcome = page.getByTestId('welcome')
  await welcome.getByRole('textbox', { name: 'Who are you?' }).fill('Ada Lovelace')
  await welcome.getByRole('textbox', { name: 'Which objective is on?' }).fill('60x 1.4 oil')
  await expect(welcome).toContainText('60× NA 1.4 oil')
  await page.screenshot({ path: 'test-results/describe-welcome.png' })
  await welcome.getByRole('button', { name: 'Done' }).click()
  await expect(welcome).toBeHidden()
  await expect(field(page, 'Operator')).toHaveValue('Ada Lovelace')
  const folder = await useNewFolder(launched)

  // A wrong unit is told beside the field; nothing is lost, and a dose is asked only with a condition.
  await field(page, 'Sample').fill('Yeast BY4741 😀 לבדיקה')
  await expect(field(page, 'Dose')).toBeHidden()
  await field(page, 'Condition').fill('nocodazole')
  await field(page, 'Dose').fill('3 bananas')
  await expect(page.locator('[data-field="dose"]').getByRole('alert')).toContainText('bananas is no unit')
  await field(page, 'Dose').fill('3 uM')
  await expect(page.locator('[data-field="dose"]')).toContainText('= 3 µM')
  await field(page, 'Notes').fill('n'.repeat(10_000))
  await recordSome(page, 4, async () => {
    await page.getByRole('button', { name: 'Description' }).click()
    await field(page, 'Project').fill('typed while it runs')
    await page.screenshot({ path: 'test-results/describe-running.png' })
    await page.getByRole('button', { name: 'Description' }).click()
  })
  const stored = await form(folder)
  expect(stored).toMatchObject({
    sample: 'Yeast BY4741 😀 לבדיקה',
    operator: 'Ada Lovelace',
    condition: 'nocodazole',
    dose: { value: 3, unit: 'µM' },
    project: 'typed while it runs',
    notes: 'n'.repeat(10_000),
    objective: { name: '60x 1.4 oil', magnification: { value: 60, unit: '×' }, na: { value: 1.4, unit: '' } },
    complete: true
  })
  // What is carried over is visibly unconfirmed; notes are gone and come back with undo.
  await expect(page.getByTestId('unconfirmed')).not.toHaveCount(0)
  await expect(field(page, 'Notes')).toHaveValue('')
  await page.screenshot({ path: 'test-results/describe-carried.png' })
  await page.getByRole('button', { name: 'Undo in the form' }).click()
  await expect(field(page, 'Notes')).toHaveValue('n'.repeat(10_000))
  await page.getByRole('button', { name: 'Redo in the form' }).click()
  await page.getByRole('button', { name: /^Confirm / }).click()
  await expect(page.getByTestId('unconfirmed')).toHaveCount(0)

  // What was recorded before is offered for completion.
  await field(page, 'Condition').fill('NOC')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('option', { name: 'nocodazole' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(field(page, 'Condition')).toHaveValue('nocodazole')

  // Filled from either format of that dataset, with the difference shown first.
  for (const [entry, ending] of [
    ['Fill from an OME-TIFF file…', '.ome.tiff'],
    ['Fill from an OME-Zarr folder…', '.ome.zarr']
  ] as const) {
    await field(page, 'Sample').fill('something else')
    await launched.app.evaluate(
      ({ dialog }, path) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
      },
      join(folder, `run_001${ending}`)
    )
    await menu(page, entry)
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByTestId('difference').first()).toContainText('something else')
    await page.screenshot({ path: `test-results/describe-fill${ending}.png` })
    await dialog.getByRole('button', { name: /^Set / }).click()
    await expect(field(page, 'Sample')).toHaveValue('Yeast BY4741 😀 לבדיקה')
    await expect(field(page, 'Notes')).toHaveValue('n'.repeat(10_000))
  }
})

test('what is typed survives a kill of the app, with its undo (F3)', async ({ start }) => {
  const userData = await mkdtemp(join(tmpdir(), 'benchframe-app-'))
  const first = await start({ userData })
  await ready(first.page)
  await first.page.getByRole('button', { name: 'Not now' }).click()
  await field(first.page, 'Sample').fill('before')
  await field(first.page, 'Organism').fill('37 C is no organism')
  await expect
    .poll(() => readFile(join(userData, 'description.json'), 'utf8').catch(() => 'no file yet'))
    .toContain('no organism')
  const dead = new Promise((done) => first.app.process().once('exit', done))
  first.app.process().kill('SIGKILL')
  await dead
  const { page } = await start({ userData })
  await ready(page)
  await expect(field(page, 'Sample')).toHaveValue('before')
  await expect(field(page, 'Organism')).toHaveValue('37 C is no organism')
  await expect(page.getByTestId('welcome')).toBeHidden()
  await page.getByRole('button', { name: 'Undo in the form' }).click()
  await expect(field(page, 'Organism')).toHaveValue('')
  await rm(userData, { recursive: true, force: true })
})

test('cells from a spreadsheet are shown before they are set; junk sets nothing', async ({
  launched: { app, page }
}) => {
  await ready(page)
  await page.getByRole('button', { name: 'Not now' }).click()
  await menu(page, 'Paste from a spreadsheet…')
  const dialog = page.getByRole('dialog')
  const cells = dialog.getByRole('textbox', { name: 'Cells from a spreadsheet' })
  await cells.fill('\u0001 junk')
  await expect(dialog.getByTestId('import-nothing')).toBeVisible()
  await cells.fill('Sample\tHeLa\nCondition\theat\nDose\t3 bananas\nDish\t4')
  await expect(dialog.getByTestId('difference')).toHaveCount(3)
  await expect(dialog).toContainText('bananas is no unit')
  await expect(dialog.getByTestId('unknown')).toContainText('Dish')
  await page.screenshot({ path: 'test-results/describe-paste.png' })
  await dialog.getByRole('button', { name: 'Set 4 values' }).click()
  await expect(field(page, 'Dose')).toHaveValue('3 bananas')
  await expect(page.getByRole('textbox', { name: 'Dish', exact: true })).toHaveValue('4')
  await menu(page, 'Copy a methods paragraph')
  await expect(page.getByText('A methods paragraph was copied.')).toBeVisible()
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toContain('The sample was HeLa.')

  // The same as a CSV file with other columns: what has no field is named, and nothing is set by Cancel.
  await choose(page, 'Read a CSV file…', 'other.csv', 'Sample;Weather;Mood\nU2OS;rain;good\n')
  await expect(dialog.getByTestId('difference')).toContainText('U2OS')
  await expect(dialog.getByTestId('unknown')).toContainText('Weather')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(field(page, 'Sample')).toHaveValue('HeLa')
})

test('own fields of every kind, and what a profile still lacks', async ({ launched: { page } }) => {
  await ready(page)
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.getByRole('radio', { name: 'Publish' }).click()
  await page.getByTestId('completeness').click()
  await page.screenshot({ path: 'test-results/describe-missing.png' })
  await page.getByRole('button', { name: 'E-mail' }).click()
  await expect(field(page, 'E-mail')).toBeFocused()
  await page.getByRole('radio', { name: 'Quick' }).click()
  await menu(page, 'Own fields and templates…')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'New template' }).click()
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Growth temperature')
  await dialog.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Number and unit' }).click()
  await dialog.getByRole('combobox', { name: 'Measures' }).click()
  await page.getByRole('option', { name: 'temperature', exact: true }).click()
  await page.screenshot({ path: 'test-results/describe-template.png' })
  await dialog.getByRole('button', { name: 'Done' }).click()
  await field(page, 'Growth temperature').fill('98.6 F')
  await page.keyboard.press('Tab')
  await expect(field(page, 'Growth temperature')).toHaveValue('37 °C')
})

test('cells of a running recording are written one by one and for chosen rows, and are in both files', async ({
  launched
}) => {
  const { page } = launched
  await ready(page)
  const folder = await useNewFolder(launched)
  await field(page, 'Operator').fill('Ada')
  const cell = (frame: number, key: string): ReturnType<Page['locator']> =>
    page.locator(`[data-testid="frame-row"][data-frame="${frame}"] [data-key="${key}"]`)
  await recordSome(page, 12, async () => {
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByTestId('phase')).toHaveAttribute('data-phase', 'paused')
    await page.waitForTimeout(300)
    await page.getByRole('button', { name: 'Add a column of your own' }).click()
    await page.getByRole('textbox', { name: 'Column name' }).fill('cells')
    await page.keyboard.press('Enter')
    const newest = Number(await page.getByTestId('written').getAttribute('data-value')) - 1
    await cell(newest, 'cells').dblclick()
    await page.keyboard.type('3')
    await page.screenshot({ path: 'test-results/describe-cell.png' })
    await page.keyboard.press('Enter')
    await expect(cell(newest, 'cells')).toHaveText('3')
    await cell(newest, 'cells').click()
    await cell(newest - 2, 'cells').click({ modifiers: ['Shift'] })
    await page.keyboard.press('F2')
    await page.keyboard.type('two')
    await page.keyboard.press('Control+Enter')
    await expect(cell(newest - 1, 'cells')).toHaveText('two')
    await cell(newest - 3, 'cells').dblclick()
    await page.keyboard.type('gone')
    await page.keyboard.press('Escape')
    await expect(cell(newest - 3, 'cells')).toHaveText('')
    // What was measured is not written.
    await cell(newest, 'temperature').dblclick()
    await expect(cell(newest, 'temperature').getByRole('textbox')).toHaveCount(0)
    await page.getByRole('button', { name: 'Resume' }).click()
  })
  const root = JSON.parse(await readFile(join(folder, 'run_001.ome.zarr', 'zarr.json'), 'utf8')) as {
    attributes: {
      ome_writers: { frame_metadata: Record<string, unknown>[] }
      'benchframe/history': Record<string, { who: string; after: unknown }>
    }
  }
  const values = root.attributes.ome_writers.frame_metadata.map(({ cells }) => cells)
  expect(values.filter((value) => value !== undefined)).toEqual(['two', 'two', 'two'])
  expect(Object.values(root.attributes['benchframe/history']).map(({ who, after }) => [who, after])).toEqual([
    ['Ada', 3],
    ['Ada', 'two'],
    ['Ada', 'two'],
    ['Ada', 'two']
  ])
  await page.getByTestId('receipt-file').first().getByRole('button', { name: 'Open in Review' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('.ome.tiff')
  await expect(page.locator('[data-key="cells"]', { hasText: 'two' })).toHaveCount(3)

  // Afterwards the same cells are written in Review, and filled down.
  const [first] = values.flatMap((value, frame) => (value === undefined ? [] : [frame]))
  // The first click may scroll the row into sight.
  await cell(first ?? -1, 'cells').click()
  await page.keyboard.press('F2')
  await page.keyboard.type('late')
  await page.keyboard.press('Enter')
  await expect(cell(first ?? -1, 'cells')).toHaveText('late')
  await cell(first ?? -1, 'cells').click()
  await cell((first ?? -1) + 1, 'cells').click({ modifiers: ['Shift'] })
  await page.keyboard.press('Control+d')
  await expect(cell((first ?? -1) + 1, 'cells')).toHaveText('late')
  await page.screenshot({ path: 'test-results/describe-review.png' })
})

test('presets go to another computer as one file, and a foreign file changes nothing', async ({ start }) => {
  const first = await start()
  await ready(first.page)
  await first.page.getByRole('textbox', { name: 'Which objective is on?' }).fill('100x 1.45 oil')
  await first.page.getByRole('button', { name: 'Done' }).click()
  const saved = join(await mkdtemp(join(tmpdir(), 'benchframe-presets-')), 'presets.json')
  await first.app.evaluate(({ session }, to) => {
    session.defaultSession.once('will-download', (_, item) => item.setSavePath(to))
  }, saved)
  await menu(first.page, 'Save presets as a file')
  await expect.poll(() => readFile(saved, 'utf8').catch(() => '')).toContain('100x 1.45 oil')
  const file = await readFile(saved, 'utf8')
  await first.close()

  const { page } = await start({ expectErrors: [/argument\.invalid/] })
  await ready(page)
  await page.getByRole('button', { name: 'Not now' }).click()
  await choose(page, 'Read presets from a file…', 'x.json', '{"kind": "recipes"}')
  await expect(page.getByRole('dialog')).toContainText('That file holds no presets of Benchframe.')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await choose(page, 'Read presets from a file…', 'presets.json', file)
  await expect(page.getByText('1 preset read.')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Objective' })).toContainText('100x 1.45 oil')
})

for (const theme of ['Dark', 'Light', 'Red night'] as const) {
  test(`no accessibility fault in the form and its dialogs, ${theme}`, async ({ launched: { page } }) => {
    const faults = async (): Promise<string[]> => {
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${target.join(' ')}`))
    }
    await ready(page)
    await view(page, 'Settings')
    await page.getByRole('radio', { name: theme }).click()
    await view(page, 'Acquire')
    await page.waitForTimeout(300)
    expect(await faults(), 'welcome').toEqual([])
    await page.getByRole('button', { name: 'Not now' }).click()
    await page.getByRole('radio', { name: 'Publish' }).click()
    await page.getByRole('button', { name: 'Add channel' }).click()
    await field(page, 'Condition').fill('heat')
    await field(page, 'Dose').fill('3 bananas')
    expect(await faults(), 'publish').toEqual([])
    for (const entry of ['Own fields and templates…', 'After each recording…', 'Paste from a spreadsheet…']) {
      await menu(page, entry)
      await page.waitForTimeout(200)
      if (entry.startsWith('Own')) await page.getByRole('button', { name: 'New template' }).click()
      if (entry.startsWith('Paste'))
        await page.getByRole('dialog').getByRole('textbox').fill('Sample\tx\nDish\t4')
      expect(await faults(), entry).toEqual([])
      await page.keyboard.press('Escape')
    }
  })
}
