/** The one table of keys (acceptance U9) and the rule that a key typed where text goes does nothing but type (U2). */

import type { MenuAction } from '../../src-preload/contract/events'

export type View = 'acquire' | 'review' | 'devices' | 'rules' | 'help' | 'settings'

/** Each puts the tag of its number on the newest frame. */
export const TAG_KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

/** All that the menu can ask for, and what only keys can. */
export type Action =
  | Exclude<MenuAction, 'open-path'>
  | 'auto-once'
  | 'auto-each'
  | 'note'
  | 'mark'
  | `tag-${(typeof TAG_KEYS)[number]}`
  | 'fit'
  | 'previous'
  | 'next'
  | 'first'
  | 'last'
  | 'play'
  | 'open-stop'

export interface Shortcut {
  readonly action: Action
  /** As shown, and as matched: modifiers with +, then `KeyboardEvent.key`. */
  readonly keys: readonly string[]
  readonly views: readonly View[] | 'all'
}

const acquire: readonly View[] = ['acquire']
const review: readonly View[] = ['review']
const pictures: readonly View[] = ['acquire', 'review']

export const SHORTCUTS: readonly Shortcut[] = [
  { action: 'snap', keys: ['Ctrl+K', 'Space'], views: acquire },
  { action: 'live', keys: ['Ctrl+L'], views: acquire },
  { action: 'record', keys: ['Ctrl+R'], views: acquire },
  { action: 'stop', keys: ['Ctrl+.'], views: 'all' },
  { action: 'note', keys: ['N'], views: acquire },
  { action: 'mark', keys: ['M'], views: acquire },
  ...TAG_KEYS.map((key): Shortcut => ({ action: `tag-${key}`, keys: [key], views: acquire })),
  { action: 'auto-once', keys: ['A'], views: pictures },
  { action: 'auto-each', keys: ['Shift+A'], views: pictures },
  { action: 'fit', keys: ['F'], views: pictures },
  { action: 'open', keys: ['Ctrl+O'], views: 'all' },
  { action: 'open-folder', keys: ['Ctrl+Shift+O'], views: 'all' },
  { action: 'acquire', keys: ['Ctrl+1'], views: 'all' },
  { action: 'review', keys: ['Ctrl+2'], views: 'all' },
  { action: 'devices', keys: ['Ctrl+3'], views: 'all' },
  { action: 'rules', keys: ['Ctrl+4'], views: 'all' },
  { action: 'settings', keys: ['Ctrl+5'], views: 'all' },
  { action: 'previous', keys: ['ArrowLeft', 'ArrowUp'], views: review },
  { action: 'next', keys: ['ArrowRight', 'ArrowDown'], views: review },
  { action: 'first', keys: ['Home'], views: review },
  { action: 'last', keys: ['End'], views: review },
  { action: 'play', keys: ['Space'], views: review },
  { action: 'open-stop', keys: ['Escape'], views: review },
  { action: 'keys', keys: ['?'], views: 'all' },
  { action: 'help', keys: ['F1'], views: 'all' }
]

export interface Stroke {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** A key event by the names used in the table; undefined for one that the table could never hold. */
export function strokeName(stroke: Stroke): string | undefined {
  if (stroke.altKey) return undefined
  const control = stroke.ctrlKey || stroke.metaKey ? 'Ctrl+' : ''
  if (stroke.key === ' ') return `${control}Space`
  if (stroke.key.length !== 1) return stroke.shiftKey ? undefined : `${control}${stroke.key}`
  const letter = /[a-z]/i.test(stroke.key)
  return `${control}${letter && stroke.shiftKey ? 'Shift+' : ''}${stroke.key.toUpperCase()}`
}

export function actionFor(stroke: Stroke, view: View): Action | undefined {
  const name = strokeName(stroke)
  if (name === undefined) return undefined
  const inView = (shortcut: Shortcut): boolean => shortcut.views === 'all' || shortcut.views.includes(view)
  return SHORTCUTS.find((shortcut) => inView(shortcut) && shortcut.keys.includes(name))?.action
}

const EDITABLE =
  'input, textarea, select, [contenteditable=""], [contenteditable="true"], [role="textbox"], [role="combobox"]'
const OWN_KEYS =
  'button, a[href], summary, [role="slider"], [role="tab"], [role="radio"], [role="switch"], [role="option"], [role="menuitem"], [role="treeitem"]'

/** True where text is typed or chosen by typing. */
export const isEditable = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(EDITABLE) !== null

/** True where this key already does something on the focused control, e.g. Space on a button, arrows on a slider. */
export function hasOwnUse(target: EventTarget | null, stroke: Stroke): boolean {
  if (!(target instanceof Element) || stroke.ctrlKey || stroke.metaKey) return false
  const spends =
    stroke.key === ' ' ||
    stroke.key === 'Enter' ||
    stroke.key.startsWith('Arrow') ||
    stroke.key === 'Home' ||
    stroke.key === 'End'
  if (!spends) return false
  const control = target.closest(OWN_KEYS)
  if (control === null) return false
  return stroke.key === ' ' || stroke.key === 'Enter' || control.matches('[role]')
}

/** Two shortcuts of one view on one key: must be empty. */
export function conflicts(table: readonly Shortcut[] = SHORTCUTS): string[] {
  const views: readonly View[] = ['acquire', 'review', 'devices', 'rules', 'help', 'settings']
  return views.flatMap((view) => {
    const keys = table
      .filter(({ views: in_ }) => in_ === 'all' || in_.includes(view))
      .flatMap(({ keys }) => keys)
    return keys.filter((key, i) => keys.indexOf(key) !== i).map((key) => `${view}: ${key}`)
  })
}
