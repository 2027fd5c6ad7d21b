/** Reads a typed number: decimal point or comma, within limits, and says in a sentence why not. */
export interface NumberRules {
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly whole?: boolean | undefined
  readonly unit?: string | undefined
}

export type Parsed =
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly problem: string }

const wrong = (problem: string): Parsed => ({ ok: false, problem })

export function parseNumber(text: string, { min, max, whole, unit = '' }: NumberRules): Parsed {
  let plain = text.trim()
  if (unit !== '' && plain.toLowerCase().endsWith(unit.toLowerCase()))
    plain = plain.slice(0, -unit.length).trim()
  plain = plain.replace(/[\s\u202f]/g, '').replace(/^([^,]*),([^,]*)$/, '$1.$2')
  if (plain === '') return wrong('A number is needed.')
  const value = Number(plain)
  if (!Number.isFinite(value) || /^0[xbo]/i.test(plain)) return wrong('That is not a number.')
  if (whole === true && !Number.isInteger(value)) return wrong('A whole number is needed.')
  const with_ = (limit: number): string => (unit === '' ? String(limit) : `${limit} ${unit}`)
  if (min !== undefined && value < min) return wrong(`The least is ${with_(min)}.`)
  if (max !== undefined && value > max) return wrong(`The most is ${with_(max)}.`)
  return { ok: true, value }
}
