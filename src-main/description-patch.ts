/** Changes of a description as data: applied, turned round for undo, and compared. */
import type { DescriptionContent, FieldValue } from '../src-preload/contract/description'

/** `values` names only the fields that change; null takes one away. */
export type Patch = Partial<Omit<DescriptionContent, 'values'>> & {
  readonly values?: { readonly [id: string]: FieldValue | null }
}

/** Views and memories: no step of undo. */
const NOT_UNDONE: ReadonlySet<string> = new Set(['profile', 'carry', 'history', 'welcomed'])

export function patched(content: DescriptionContent, { values, ...rest }: Patch): DescriptionContent {
  if (values === undefined) return { ...content, ...rest }
  const kept = Object.entries(content.values).filter(
    ([id]) => !Object.prototype.hasOwnProperty.call(values, id)
  )
  const set = Object.entries(values).filter((entry): entry is [string, FieldValue] => entry[1] !== null)
  return { ...content, ...rest, values: Object.fromEntries([...kept, ...set]) }
}

/** The patch that takes `patch` back; null where there is nothing to take back. */
export function inverse(content: DescriptionContent, patch: Patch): Patch | null {
  const changed = (Object.keys(patch) as (keyof Patch)[]).filter(
    (key) => !NOT_UNDONE.has(key) && key !== 'values' && !equal(patch[key], content[key])
  )
  const ids = Object.entries(patch.values ?? {})
    .filter(([id, value]) => !equal(value, content.values[id] ?? null))
    .map(([id]) => id)
  if (changed.length === 0 && ids.length === 0) return null
  return {
    ...Object.fromEntries(changed.map((key) => [key, content[key]])),
    ...(ids.length === 0
      ? {}
      : { values: Object.fromEntries(ids.map((id) => [id, content.values[id] ?? null])) })
  }
}

/** Typing goes on in the same field. */
export const sameTarget = (a: Patch, b: Patch): boolean => {
  const target = ({ values, unconfirmed: _, suggestions: __, ...rest }: Patch): string =>
    JSON.stringify([Object.keys(values ?? {}).sort(), Object.keys(rest).sort()])
  return target(a) === target(b)
}

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
