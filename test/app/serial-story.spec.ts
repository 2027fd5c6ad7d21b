/** The whole way, from the wire to the record: an instrument on a pty triggers frames, the app writes both formats, and what comes back is what the instrument had sent. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import type { Launched } from '../support/launch'
import { triggerTruths } from '../support/twin-truth'
import { startTwin, type Twin } from '../twins/start-twin'

/** The system's own dialog can't be clicked; it answers the folder at once. */
async function chooseFolder({ app, page }: Launched, folder: string): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
  }, folder)
  await page.getByRole('button', { name: 'Choose…' }).click()
  await expect(page.getByTestId('folder')).toHaveAttribute('title', folder)
}

const shownFrame = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('picture').getAttribute('data-frame'))

async function connect(page: Page, port: string): Promise<void> {
  await page.getByRole('button', { name: 'Devices', exact: true }).click()
  await page.getByLabel('Port', { exact: true }).fill(port)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByText(port).first()).toBeVisible()
  await page.getByRole('button', { name: 'Acquire', exact: true }).click()
}

async function addNote(page: Page, text: string): Promise<void> {
  await page.getByTestId('run-state').click()
  await page.keyboard.press('n')
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('note-state')).toContainText('Saved with frame')
}

/** A new temperature and then the trigger, on one wire; the next pair when the frame is there, so that each value belongs to one frame. */
async function measureAndTrigger(page: Page, twin: Twin, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    await twin.send({ do: 'raw', text: `!TEMP ${(37 + i * 0.123).toFixed(3)}\n` })
    await twin.send({ do: 'trigger', count: 1, everyMs: 1 })
    await expect(page.getByTestId('written')).toHaveAttribute('data-value', String(i + 1))
  }
}

interface ZarrRoot {
  readonly attributes: {
    readonly ome_writers: { readonly frame_metadata: readonly Readonly<Record<string, unknown>>[] }
    readonly benchframe: {
      readonly form: unknown
      readonly events: readonly { readonly kind: string; readonly text?: string }[]
    }
  }
}

test('a newcomer records by an instrument’s trigger and finds every value again (S5, S10, S12, M2, M6)', async ({
  start
}) => {
  test.setTimeout(180_000)
  const folder = mkdtempSync(join(tmpdir(), 'benchframe-story-'))
  const twin = await startTwin({ seed: 5, temperature: 36.5 })
  await twin.send({ do: 'temperature', value: 36.5, perSecond: 0, noise: 0, everyMs: 3_600_000 })
  const launched = await start()
  const { page } = launched
  try {
    // The first start shows a living picture.
    await expect(page.getByTestId('picture')).toHaveAttribute('data-frame', /\d+/)
    const first = await shownFrame(page)
    await expect.poll(() => shownFrame(page)).toBeGreaterThan(first + 3)

    await connect(page, twin.path)
    await page.getByRole('radio', { name: 'Trigger' }).click()
    await page.getByRole('radio', { name: 'Both' }).click()
    await chooseFolder(launched, folder)
    await page.getByRole('textbox', { name: 'Sample' }).fill('HeLa <H2B> & "friends"')
    await page.getByRole('textbox', { name: 'What was done' }).fill('3 µM nocodazole, 2 h')
    await page.getByRole('textbox', { name: 'Operator' }).fill('Ada Lovelace')
    await page.screenshot({ path: 'test-results/story-acquire.png' })

    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await expect(page.getByTestId('run-state')).toContainText('Recording')
    await measureAndTrigger(page, twin, 0, 10)
    await addNote(page, 'first division?')
    await measureAndTrigger(page, twin, 10, 25)
    await addNote(page, 'yes: two cells')
    await expect(page.getByTestId('durable')).toHaveAttribute('data-value', '25')
    await page.screenshot({ path: 'test-results/story-running.png' })
    await page.getByRole('button', { name: 'Stop', exact: true }).click()

    const verdict = page.getByTestId('verdict')
    await expect(verdict).toHaveAttribute('data-complete', 'true')
    const files = page.getByTestId('receipt-file')
    await expect(files).toHaveCount(2)
    for (let i = 0; i < 2; i++) {
      await expect(files.nth(i)).toHaveAttribute('data-readable', '25')
      await expect(files.nth(i)).toHaveAttribute('data-records', '25')
    }

    await page.getByRole('button', { name: 'Open in Review' }).first().click()
    await expect(page.getByTestId('dataset-facts')).toContainText('25')
    await page.locator('[data-testid=frame-row][data-frame="3"]').click()
    await expect(page.getByTestId('shown-frame')).toHaveAttribute('data-frame', '3')
    await expect(page.getByTestId('picture')).toHaveAttribute('data-frame', '3')
    await page.keyboard.press('ArrowRight')
    await expect(page.getByTestId('picture')).toHaveAttribute('data-frame', '4')
    await expect(page.locator('[data-testid=frame-row][data-frame="4"]')).toHaveAttribute(
      'aria-selected',
      'true'
    )
    await page.screenshot({ path: 'test-results/story-review.png' })

    const truths = triggerTruths(twin.log())
    expect(truths).toHaveLength(25)
    const root = JSON.parse(readFileSync(join(folder, 'run_001.ome.zarr', 'zarr.json'), 'utf8')) as ZarrRoot
    const { ome_writers: written, benchframe } = root.attributes
    expect(written.frame_metadata).toHaveLength(25)
    for (const [i, { sequence, valuesUntil }] of truths.entries()) {
      const record = written.frame_metadata[i] ?? {}
      expect(record, `frame ${i}`).toMatchObject({
        trigger_source: 'serial',
        trigger_sequence: sequence,
        storage_index: [i]
      })
      expect(record.temperature).toBe(Number((37 + i * 0.123).toFixed(3)))
      const lateMs = (record.late_ms as number | undefined) ?? 5
      const { temperature: _, ...others } = valuesUntil(lateMs)
      for (const [key, values] of Object.entries(others)) {
        expect(values, `${key} of frame ${i}`).toContain(record[key])
      }
    }
    expect(benchframe.form).toMatchObject({
      sample: 'HeLa <H2B> & "friends"',
      done: '3 µM nocodazole, 2 h',
      operator: 'Ada Lovelace'
    })
    const notes = benchframe.events.filter(({ kind }) => kind === 'note')
    expect(notes).toMatchObject([
      { frame: 9, text: 'first division?' },
      { frame: 24, text: 'yes: two cells' }
    ])
    for (const name of ['run_001.ome.tiff', 'run_001.ome.zarr']) {
      expect(complaints(await judge(join(folder, name)))).toEqual([])
    }
  } finally {
    await twin.close()
  }
})
