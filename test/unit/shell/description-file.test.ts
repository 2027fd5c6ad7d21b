// The draft of a description on disk: what is typed survives, every step can be taken back, and a run carries over what it should.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DescriptionFile, objectivePixelUm } from '../../../src-main/description-file'
import type { Field } from '../../../src-preload/contract/description'
import { completeness, templateOf } from '../../../src-preload/contract/description-fields'
import { storedForm } from '../../../src-preload/contract/stored-form'

const place = (): string => join(mkdtempSync(join(tmpdir(), 'benchframe-description-')), 'description.json')

describe('the draft', () => {
  it('survives a restart with all that can be undone (F3)', () => {
    const path = place()
    const first = new DescriptionFile(path)
    first.change({ values: { sample: 'yeast' } })
    first.change({ values: { dose: { value: 3, unit: 'µM' }, alive: true } })
    first.change({ own: [{ name: 'dish', value: '4' }] })
    const again = new DescriptionFile(path)
    expect(again.get()).toEqual(first.get())
    expect(again.undo().own).toEqual([])
    expect(again.undo().values).toEqual({ sample: 'yeast' })
    expect(again.redo().values).toEqual({ sample: 'yeast', dose: { value: 3, unit: 'µM' }, alive: true })
    again.undo()
    expect(again.undo()).toMatchObject({ values: {}, canUndo: false, canRedo: true })
  })

  it('letters typed in one go are one step', () => {
    const file = new DescriptionFile(place())
    for (const sample of ['y', 'ye', 'yea', 'yeast']) file.change({ values: { sample } })
    file.change({ values: { done: 'x' } })
    file.undo()
    expect(file.get().values).toEqual({ sample: 'yeast' })
    expect(file.undo().values).toEqual({})
  })

  it('two windows that change different fields keep both', () => {
    const file = new DescriptionFile(place())
    file.change({ values: { sample: 'from the one' } })
    file.change({ values: { done: 'from the other' } })
    expect(file.get().values).toEqual({ sample: 'from the one', done: 'from the other' })
  })

  it('refuses what it can not hold and changes nothing', () => {
    const file = new DescriptionFile(place())
    file.change({ values: { sample: 'kept' } })
    expect(() => file.change({ values: { sample: 'x'.repeat(1_000_001) } })).toThrow(/1000000 characters/)
    expect(file.get().values).toEqual({ sample: 'kept' })
  })

  it('a file that can not be read is kept aside and told of', () => {
    const path = place()
    writeFileSync(path, '{"content": {"values": {"sample": "my')
    const file = new DescriptionFile(path)
    expect(file.problem?.message).toContain('could not be read')
    expect(file.get().values).toEqual({})
    expect(readdirSync(join(path, '..')).some((name) => name.includes('unreadable'))).toBe(true)
  })

  it('takes over what earlier versions kept among the settings', () => {
    const path = place()
    const settings = join(path, '../settings.json')
    writeFileSync(
      settings,
      JSON.stringify({ settings: { sample: 'old', notes: '', fields: [{ name: 'dish', value: '3' }] } })
    )
    const { values, own } = new DescriptionFile(path, settings).get()
    expect([values, own]).toEqual([{ sample: 'old' }, [{ name: 'dish', value: '3' }]])
  })
})

describe('from one run to the next', () => {
  it('keeps with a doubt, offers, or clears, and can be undone', () => {
    const file = new DescriptionFile(place())
    file.change({ carry: { condition: 'suggest' } })
    file.change({ values: { sample: 'yeast', operator: 'Ada', condition: 'heat', notes: 'long story' } })
    file.remember()
    const after = file.carryOver()
    expect(after.values).toEqual({ sample: 'yeast', operator: 'Ada' })
    expect(after.unconfirmed).toEqual(['sample'])
    expect(after.suggestions).toEqual({ condition: 'heat' })
    expect(after.history.condition).toEqual(['heat'])
    expect(file.change({ values: { condition: 'cold' } }).suggestions).toEqual({})
    expect(file.change({ confirm: ['sample'] }).unconfirmed).toEqual([])
    file.undo()
    file.undo()
    expect(file.undo().values).toMatchObject({ condition: 'heat', notes: 'long story' })
  })
})

describe('what a dataset keeps', () => {
  it('M2 has what is filled in, with its type, and says what is missing and what nobody confirmed', () => {
    const file = new DescriptionFile(place())
    const template: Field[] = [
      {
        id: 'own 1',
        label: 'pH',
        profile: 'quick',
        section: 'own',
        carry: 'keep',
        kind: 'quantity',
        measure: 'number'
      }
    ]
    file.change({ templates: [{ name: 'mine', fields: template }], template: 'mine' })
    file.change({
      values: { sample: 'yeast', dose: '3 bananas', alive: false, 'own 1': { value: 7.4, unit: '' } },
      own: [
        { name: ' dish ', value: '4' },
        { name: '', value: 'nowhere' }
      ]
    })
    file.carryOver()
    expect(storedForm(file.get())).toMatchObject({
      sample: 'yeast',
      operator: '',
      dose: '3 bananas',
      alive: false,
      fields: { pH: { value: 7.4, unit: '' }, dish: '4' },
      template: 'mine',
      complete: false,
      unconfirmed: ['sample', 'dose', 'alive', 'own 1']
    })
    expect(storedForm(file.get()).missing).toContain('Operator')
  })

  it('counts the fields of the profile; conditional ones only while they are asked', () => {
    const file = new DescriptionFile(place())
    const score = (): { filled: number; of: number; complete: boolean } => {
      const { filled, of, complete } = completeness(file.get(), templateOf(file.get()))
      return { filled, of, complete }
    }
    expect(score()).toEqual({ filled: 0, of: 7, complete: false })
    file.change({ values: { sample: 'a', operator: 'b', condition: 'c' } })
    expect(score()).toEqual({ filled: 3, of: 8, complete: true })
    file.change({ profile: 'publish' })
    expect(score().of).toBeGreaterThan(15)
  })

  it('the objective that is on tells the size of a pixel', () => {
    const file = new DescriptionFile(place())
    const values = { pixelSize: { value: 0.1, unit: 'µm' } }
    file.change({ presets: [{ id: 'o', kind: 'objective', name: '60x', values }] })
    expect(objectivePixelUm(file.get())).toBeNull()
    expect(objectivePixelUm(file.change({ chosen: { objective: 'o' } }))).toBe(0.1)
  })
})
