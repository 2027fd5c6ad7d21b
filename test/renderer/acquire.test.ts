// The Acquire view over a fake bridge: what each control asks of main, and what the page makes of the answers.
import { describe, expect, it } from 'vitest'
import { Failed } from '../../src-preload/contract/failure'
import { mounted, until } from './mounted'

const text = (): string => document.body.textContent ?? ''
const at = (id: string): HTMLElement | null => document.querySelector(`[data-testid="${id}"]`)

describe('Acquire', () => {
  it('pulls the live picture, one question at a time, and says that it is not saved', async () => {
    const { asked } = await mounted()
    await until(() => asked('preview.next').length > 3)
    expect(at('live-state')?.textContent).toMatch(/Live.*not saved/)
    for (const argument of asked('preview.next'))
      expect((argument as { side: number }).side).toBeLessThanOrEqual(1024)
  })

  it('says what a recording will do, and what must be fixed first', async () => {
    await mounted()
    await until(() => at('sentence')?.textContent?.includes('Records to OME-TIFF'))
    expect(at('preflight-sample')?.dataset['level']).toBe('ok')
  })

  it('offers no recording while something must be fixed', async () => {
    const { button, press, asked } = await mounted({ settings: { folder: '' } })
    await until(() => at('preflight-disk')?.dataset['level'] === 'stop')
    expect(button('Record').disabled).toBe(true)
    await press('r', { ctrlKey: true })
    expect(asked('run.start')).toEqual([])
  })

  it('saves what is typed about the sample, without a button (F3)', async () => {
    const { field, type, fake } = await mounted()
    await type(field('What was done'), 'α-factor, 3 µM')
    await until(() => fake.description.values.done === 'α-factor, 3 µM')
    await type(field('Notes'), '😀 לבדיקה')
    await until(() => fake.description.values.notes === '😀 לבדיקה')
  })

  it('keeps what is being typed when main tells an older draft', async () => {
    const { field, type, fake } = await mounted()
    await type(field('Sample'), 'new sample')
    fake.tell('description.changed', { ...fake.description, values: { sample: 'old sample' } })
    await new Promise((done) => setTimeout(done, 20))
    expect(field('Sample').value).toBe('new sample')
    await until(() => fake.description.values.sample === 'new sample')
  })

  it('adds and removes own fields', async () => {
    const { button, field, type, fake } = await mounted()
    button('Add a field').click()
    await until(() => document.querySelectorAll('input[aria-label="Field name"]').length === 2)
    const names = document.querySelectorAll<HTMLInputElement>('input[aria-label="Field name"]')
    await type(names[1] as HTMLInputElement, 'medium')
    await type(field('medium'), 'YPD')
    await until(() => fake.description.own[1]?.value === 'YPD')
    button('Remove field dish').click()
    await until(() => fake.description.own.length === 1 && fake.description.own[0]?.name === 'medium')
  })

  it('records, counts, takes a note, stops, and shows a receipt', async () => {
    const { button, asked, press, type, field } = await mounted({ settings: { intervalMs: 10 } })
    await until(() => !button('Record').disabled)
    await press('r', { ctrlKey: true })
    await until(() => at('seen') !== null && Number(at('seen')?.dataset['value']) > 3)
    expect(asked('run.start')).toHaveLength(1)
    await press('n')
    expect(document.activeElement).toBe(field('Note'))
    await type(field('Note'), 'divides?')
    button('Add').click()
    await until(() => at('note-state')?.textContent?.includes('Saved with frame'))
    await press('.', { ctrlKey: true })
    const verdict = await until(() => at('verdict'))
    expect(verdict.dataset['complete']).toBe('true')
    expect(document.querySelectorAll('[data-testid="receipt-file"]')).toHaveLength(2)
  })

  it('keeps a note that could not be saved', async () => {
    const { button, press, type, field } = await mounted({ settings: { intervalMs: 10 } }, (fake) =>
      fake.answer('run.note', () => {
        throw new Failed('disk.full', 'The disk is full.', { next: 'Make room.' })
      })
    )
    await until(() => !button('Record').disabled)
    button('Record').click()
    await until(() => Number(at('seen')?.dataset['value']) > 0)
    await press('n')
    await type(field('Note'), 'precious')
    button('Add').click()
    await until(() => text().includes('The disk is full.'))
    expect(field('Note').value).toBe('precious')
  })

  it('shows a failure as a sentence with what to do next, details folded', async () => {
    const { button } = await mounted({}, (fake) =>
      fake.answer('run.start', () => {
        throw new Failed('folder.unwritable', 'The folder /data can’t be written to.', {
          next: 'Choose another folder.',
          detail: 'EACCES at open'
        })
      })
    )
    await until(() => !button('Record').disabled)
    button('Record').click()
    const dialog = await until(() => document.querySelector('[role="dialog"]'))
    expect(dialog.textContent).toContain('The folder /data can’t be written to.')
    expect(dialog.textContent).toContain('Choose another folder.')
    expect(dialog.querySelector('details')?.open).toBe(false)
  })

  it('shows notices, and the same one only once', async () => {
    const { fake } = await mounted()
    const failure = { code: 'device.lost', message: 'The laser is gone.' } as const
    fake.tell('notice', { level: 'error', said: failure })
    fake.tell('notice', { level: 'error', said: failure })
    await until(() => document.querySelector('[role="alert"]'))
    expect(text().split('The laser is gone.')).toHaveLength(2)
  })

  it('marks an old reading as old and keeps its value (U13)', async () => {
    await mounted()
    const bath = await until(() => at('reading-bath_temperature'))
    expect(bath.textContent).toContain('4.1')
    expect(bath.textContent).toContain('old')
  })
})

describe('keys', () => {
  it('do nothing but type in an editable element (U2)', async () => {
    const { asked, field, press, button } = await mounted()
    await until(() => !button('Record').disabled)
    const strokes: [string, Partial<KeyboardEventInit>][] = [
      [' ', {}],
      ['k', { ctrlKey: true }],
      ['l', { ctrlKey: true }],
      ['r', { ctrlKey: true }],
      ['.', { ctrlKey: true }],
      ['o', { ctrlKey: true }],
      ['?', { shiftKey: true }],
      ['n', {}],
      ['a', {}]
    ]
    for (const name of ['Sample', 'Notes', 'Exposure']) {
      for (const [key, more] of strokes) await press(key, more, field(name))
    }
    for (const name of ['camera.snap', 'live.set', 'run.start', 'run.stop', 'dataset.choose'])
      expect(asked(name), name).toEqual([])
    expect(document.querySelector('[role="dialog"]')).toBeNull()
    // The same keys elsewhere do act: the test above is not empty.
    await press('k', { ctrlKey: true })
    await press('l', { ctrlKey: true })
    expect(asked('camera.snap')).toHaveLength(1)
    expect(asked('live.set')).toEqual([{ on: false }])
  })

  it('do not reach the view under a dialog', async () => {
    const { asked, press } = await mounted()
    await press('?', { shiftKey: true })
    await until(() => document.querySelector('[role="dialog"]'))
    await press('k', { ctrlKey: true })
    expect(asked('camera.snap')).toEqual([])
  })

  it('Esc never stops a run', async () => {
    const { asked, press, button } = await mounted({ settings: { intervalMs: 10 } })
    await until(() => !button('Record').disabled)
    button('Record').click()
    await until(() => Number(at('seen')?.dataset['value']) > 0)
    await press('Escape')
    expect(asked('run.stop')).toEqual([])
  })
})
