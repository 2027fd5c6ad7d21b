import { describe, expect, it } from 'vitest'
import {
  actionFor,
  conflicts,
  hasOwnUse,
  isEditable,
  strokeName,
  type Stroke
} from '../../../src-renderer/model/shortcuts'

const stroke = (key: string, more: Partial<Stroke> = {}): Stroke => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more
})
const element = (html: string): Element => {
  const box = document.createElement('div')
  box.innerHTML = html
  const found = box.querySelector('[data-at]')
  if (found === null) throw new Error('no target')
  return found
}

describe('keys', () => {
  it('have no two uses in one view (U9)', () => {
    expect(conflicts()).toEqual([])
    const twice = { action: 'snap', keys: ['A'], views: 'all' } as const
    expect(conflicts([twice, { ...twice, action: 'live' }])).toContain('acquire: A')
  })

  it('are named as the table shows them', () => {
    expect(strokeName(stroke(' '))).toBe('Space')
    expect(strokeName(stroke('a'))).toBe('A')
    expect(strokeName(stroke('A', { shiftKey: true }))).toBe('Shift+A')
    expect(strokeName(stroke('k', { ctrlKey: true }))).toBe('Ctrl+K')
    expect(strokeName(stroke('k', { metaKey: true }))).toBe('Ctrl+K')
    expect(strokeName(stroke('.', { ctrlKey: true }))).toBe('Ctrl+.')
    expect(strokeName(stroke('?', { shiftKey: true }))).toBe('?')
    expect(strokeName(stroke('k', { altKey: true }))).toBeUndefined()
  })

  it('do what their view says', () => {
    expect(actionFor(stroke(' '), 'acquire')).toBe('snap')
    expect(actionFor(stroke(' '), 'review')).toBe('play')
    expect(actionFor(stroke(' '), 'settings')).toBeUndefined()
    expect(actionFor(stroke('ArrowLeft'), 'review')).toBe('previous')
    expect(actionFor(stroke('ArrowLeft'), 'acquire')).toBeUndefined()
    expect(actionFor(stroke('.', { ctrlKey: true }), 'devices')).toBe('stop')
    expect(actionFor(stroke('Escape'), 'acquire')).toBeUndefined()
  })

  it('only type in an editable element (U2)', () => {
    for (const html of [
      '<input data-at>',
      '<textarea data-at></textarea>',
      '<select data-at></select>',
      '<p contenteditable="true"><b data-at>x</b></p>',
      '<button role="combobox" data-at></button>'
    ])
      expect(isEditable(element(html)), html).toBe(true)
    expect(isEditable(element('<button data-at></button>'))).toBe(false)
    expect(isEditable(null)).toBe(false)
  })

  it('leave a focused control its own keys', () => {
    const button = element('<button><i data-at></i></button>')
    expect(hasOwnUse(button, stroke(' '))).toBe(true)
    expect(hasOwnUse(button, stroke('a'))).toBe(false)
    expect(hasOwnUse(button, stroke('ArrowLeft'))).toBe(false)
    expect(hasOwnUse(element('<i role="slider" data-at></i>'), stroke('ArrowLeft'))).toBe(true)
    expect(hasOwnUse(element('<i data-at></i>'), stroke(' '))).toBe(false)
  })
})
