/** Small checks for what comes over the bridge: a check takes anything and returns the typed value or throws `argument.invalid`. */
import { Failed } from './failure'

export type Check<T> = (value: unknown, name: string) => T
export type Checked<C> = C extends Check<infer T> ? T : never

function refuse(name: string, found: unknown, allowed: string): never {
  const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, 60)) : String(found)
  throw new Failed('argument.invalid', `${name} is ${shown}; allowed is ${allowed}.`)
}

export const nothing: Check<undefined> = (value, name) =>
  value === undefined || value === null ? undefined : refuse(name, value, 'nothing')

export const truth: Check<boolean> = (value, name) =>
  typeof value === 'boolean' ? value : refuse(name, value, 'true or false')

export const text =
  (longest = 10_000): Check<string> =>
  (value, name) =>
    typeof value === 'string' && value.length <= longest
      ? value
      : refuse(name, value, `a text of at most ${longest} characters`)

export const filledText =
  (longest = 10_000): Check<string> =>
  (value, name) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= longest
      ? value
      : refuse(name, value, `a text that is not empty, of at most ${longest} characters`)

export const number =
  (least = -Infinity, most = Infinity): Check<number> =>
  (value, name) =>
    typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most
      ? value
      : refuse(name, value, `a number from ${least} to ${most}`)

export const integer =
  (least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): Check<number> =>
  (value, name) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
      ? (value as number)
      : refuse(name, value, `a whole number from ${least} to ${most}`)

/** What a property of a device may hold. */
export const scalar: Check<number | string | boolean> = (value, name) => {
  if (typeof value === 'boolean') return value
  return typeof value === 'number' ? number()(value, name) : text(10_000)(value, name)
}

export const oneOf =
  <const T extends readonly (string | number)[]>(...allowed: T): Check<T[number]> =>
  (value, name) =>
    allowed.includes(value as T[number]) ? (value as T[number]) : refuse(name, value, allowed.join(', '))

export const nullable =
  <T>(check: Check<T>): Check<T | null> =>
  (value, name) =>
    value === null ? null : check(value, name)

export const list =
  <T>(check: Check<T>, most = 10_000): Check<T[]> =>
  (value, name) =>
    Array.isArray(value) && value.length <= most
      ? value.map((item, i) => check(item, `${name}[${i}]`))
      : refuse(name, value, `a list of at most ${most} items`)

/** Marks a field of `shape` that may be left out. */
export interface Optional<T> {
  readonly optional: Check<T>
}
export const optional = <T>(check: Check<T>): Optional<T> => ({ optional: check })

type Fields = Record<string, Check<unknown> | Optional<unknown>>
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F]
export type Shape<F extends Fields> = {
  [K in Exclude<keyof F, OptionalKeys<F>>]: F[K] extends Check<infer T> ? T : never
} & { [K in OptionalKeys<F>]?: F[K] extends Optional<infer T> ? T : never }

const plain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An object with these fields and no others. */
export function shape<F extends Fields>(fields: F): Check<Shape<F>> {
  return (value, name) => {
    if (!plain(value)) return refuse(name, value, 'an object')
    const known = Object.keys(fields)
    const strange = Object.keys(value).find((key) => !known.includes(key))
    if (strange !== undefined) return refuse(`${name}.${strange}`, 'given', `one of ${known.join(', ')}`)
    const result: Record<string, unknown> = {}
    for (const [key, field] of Object.entries(fields)) {
      const given = value[key]
      if (typeof field === 'function') result[key] = field(given, `${name}.${key}`)
      else if (given !== undefined) result[key] = field.optional(given, `${name}.${key}`)
    }
    return result as Shape<F>
  }
}

/** A flat object whose keys are free and whose values pass `check`. */
export const dictionary =
  <T>(check: Check<T>, most = 1_000): Check<Record<string, T>> =>
  (value, name) => {
    if (!plain(value) || Object.keys(value).length > most)
      return refuse(name, value, `an object with at most ${most} keys`)
    // Object.fromEntries defines own properties, so that a key like __proto__ stays a key.
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, check(item, `${name}.${key}`)])
    )
  }
