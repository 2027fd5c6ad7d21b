/** Numbers as bytes, as binary protocols send them; text with one character a byte stands for the bytes. */
import { Failed } from '../../../src-preload/contract/failure'

/** Without (u) or with (i) a sign, or with a point (f); their bits; least byte first (le), last (be), or last within words of which the least is first (mid). */
export const NUMBER_FORMS = [
  'u8',
  'u16le',
  'u16be',
  'i16le',
  'i16be',
  'u32le',
  'u32be',
  'u32mid',
  'i32le',
  'i32be',
  'i32mid',
  'f32le',
  'f32be',
  'f32mid'
] as const
export type NumberForm = (typeof NUMBER_FORMS)[number]

export const numberBytes = (form: NumberForm): number => parseInt(form.slice(1), 10) / 8

/** Between the order of a form and greatest byte first; the same both ways. */
function reordered(bytes: Buffer, form: NumberForm): Buffer {
  if (form.endsWith('le')) return Buffer.from(bytes).reverse()
  return form.endsWith('mid') ? Buffer.from(bytes).swap32().swap16() : bytes
}

/** Rounded to a whole number unless it has a point; one that does not fit is refused, as it would become another. */
export function writeNumber(value: number, form: NumberForm): string {
  const size = numberBytes(form)
  const bytes = Buffer.alloc(size)
  if (form.startsWith('f')) {
    if (!Number.isFinite(Math.fround(value)))
      throw new Failed('argument.invalid', `${value} does not fit into ${size} bytes with a point.`)
    bytes.writeFloatBE(value)
  } else {
    const isSigned = form.startsWith('i')
    const [least, most] = isSigned
      ? [-(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1]
      : [0, 2 ** (8 * size) - 1]
    const whole = Math.round(value)
    if (!(whole >= least && whole <= most))
      throw new Failed('argument.invalid', `${value} does not fit into ${size} bytes (${least} to ${most}).`)
    if (isSigned) bytes.writeIntBE(whole, 0, size)
    else bytes.writeUIntBE(whole, 0, size)
  }
  return reordered(bytes, form).toString('latin1')
}

/** Null when there are not so many bytes, or they are no number. */
export function readNumber(text: string, form: NumberForm): number | null {
  const size = numberBytes(form)
  if (text.length !== size) return null
  const bytes = reordered(Buffer.from(text, 'latin1'), form)
  if (form.startsWith('i')) return bytes.readIntBE(0, size)
  if (form.startsWith('u')) return bytes.readUIntBE(0, size)
  return shortest(bytes.readFloatBE())
}

/** 37.1 and not 37.09999847: the fewest digits that are this very number; null when it is none. */
function shortest(value: number): number | null {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number.isFinite(value) ? value : null
}
