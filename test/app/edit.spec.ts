// Changing metadata of a saved dataset by hand: written, read back, remembered, and undone.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { runCli } from '../support/cli'
import { ready, view } from './bench'

test.describe.configure({ timeout: 120_000 })

for (const kind of ['file', 'folder'] as const) {
  test(`F5 values of a frame and what was typed are changed in the ${kind}, with history and undo`, async ({
    launched
  }) => {
    const { app, page } = launched
    const out = join(mkdtempSync(join(tmpdir(), 'benchframe-edit-')), 'run')
    const path = `${out}${kind === 'file' ? '.ome.tiff' : '.ome.zarr'}`
    const what = ['--frames', '4', '--size', '64x48', '--trigger', 'interval:20', '--format', 'both']
    expect(await runCli('acquire', out, ...what, '--frame-meta', '{"word": "one"}')).toMatchObject({
      code: 0
    })
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, path)
    await ready(page)
    await view(page, 'Review')
    await page.getByRole('button', { name: `Open a ${kind}…` }).click()
    await expect(page.getByTestId('row-count')).toContainText('4')

    await page.getByRole('tab', { name: 'Edit' }).click()
    const panel = page.getByRole('tabpanel', { name: 'Edit' })
    await expect(panel.getByText('Frame 0')).toBeVisible()
    await panel.getByLabel('word').fill('two <b>')
    await panel.getByLabel('New key').fill('verdict')
    await panel.getByLabel('Value', { exact: true }).fill('37.5')
    await panel.getByRole('textbox', { name: 'Sample' }).fill('HeLa')
    await panel.getByRole('button', { name: 'Save 3 changes' }).click()
    await expect(page.getByTestId('edit-saved')).toContainText('3 changes saved and read back')

    const row = page.locator('[data-testid="frame-row"][data-frame="0"]')
    await expect(row.locator('[data-key="word"]')).toHaveText('two <b>')
    await expect(row.locator('[data-key="verdict"]')).toHaveText('37.5')
    await expect(panel.getByRole('textbox', { name: 'Sample' })).toHaveValue('HeLa')
    const history = page.getByTestId('edit-history').getByRole('listitem')
    await expect(history).toHaveCount(3)
    await history.filter({ hasText: 'word of frame 0' }).getByRole('button').click()
    await expect(row.locator('[data-key="word"]')).toHaveText('one')
    await expect(history).toHaveCount(4)
    expect((await runCli('check', path)).stdout).toContain('nothing wrong was found')
  })
}
