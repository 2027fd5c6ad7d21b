/** Values and targets of changes, in words. */
import type { EditTarget } from '../../src-preload/contract/edit'
import type { Json } from '../../src-preload/contract/record'
import type { CellValue } from '../../src-preload/contract/table-filter'
import { strings } from '../strings'
import { cellTyped, cellValue } from './cell-text'

export const typedValue = (text: string): CellValue => cellValue(text)

/** The text that `typedValue` takes for this value; nested values are shown as JSON. */
export const shownValue = (value: CellValue | Json): string =>
  typeof value === 'object' && value !== null
    ? JSON.stringify(value)
    : typeof value === 'bigint'
      ? String(value)
      : cellTyped(value)

/** What a change is about, in words. */
export function targetName(target: EditTarget): string {
  const text = strings.exporting.edit
  switch (target.kind) {
    case 'frame':
      return text.what.frame(target.key, target.frame)
    case 'global': {
      const known = (text.form as Readonly<Record<string, string>>)[target.key]
      return known ?? target.key
    }
    case 'image':
      return text.what.image(target.image)
    case 'channel':
      return text.what.channel(target.channel)
    default:
      return text.what[target.kind]
  }
}
