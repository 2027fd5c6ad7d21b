/** What is typed for a value of a frame: a number where it is one, true and false, else the text. Quotes make a text of anything. */
import type { EditTarget } from '../../src-preload/contract/edit'
import type { Json } from '../../src-preload/contract/record'
import type { CellValue } from '../../src-preload/contract/table-filter'
import { strings } from '../strings'

export function typedValue(text: string): Json {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const quoted = /^"([^]*)"$/.exec(trimmed)?.[1]
  if (quoted !== undefined) return quoted
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true'
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(trimmed)) return Number(trimmed)
  return text
}

/** The text that `typedValue` takes for this value. */
export function shownValue(value: CellValue | Json): string {
  if (value === null) return ''
  if (typeof value === 'string') return typedValue(value) === value ? value : `"${value}"`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

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
