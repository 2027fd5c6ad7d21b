/** Numbers as bytes, as binary protocols send them; text with one character a byte stands for the bytes. */
import { Failed } from '../../../src-preload/contract/failure'

export const NUMBER_FORMS = [
  'u8',
  'u16le',
  'u16be',
  'i16le',
  'i16be',
  'u32le',
  'u32be',
  'i32le',
  'i32be'
] as const
export type NumberForm = (typeof NUMBER_FORMS)[number]

interface Layout {
  readonly size: number
  readonly least: number
  readonly most: number
  readonly isSigned: boolean
  readonly isLittle: boolean
}

function layoutOf(form: NumberForm): Layout {
  const bits = parseInt(form.slice(1), 10)
  const isSigned = form.startsWith('i')
  return {
    size: bits / 8,
    least: isSigned ? -(2 ** (bits - 1)) : 0,
    most: 2 ** (isSigned ? bits - 1 : bits) - 1,
    isSigned,
    isLittle: !form.endsWith('be')
  }
}

/** Rounded to a whole number; one that does not fit is refused, as it would become another. */
export function writeNumber(value: number, form: NumberForm): string {
  const { size, least, most, isSigned, isLittle } = layoutOf(form)
  const whole = Math.round(value)
  if (!(whole >= least && whole <= most))
    throw new Failed('argument.invalid', `${value} does not fit into ${size} bytes (${least} to ${most}).`)
  const bytes = Buffer.alloc(size)
  if (isSigned && isLittle) bytes.writeIntLE(whole, 0, size)
  else if (isSigned) bytes.writeIntBE(whole, 0, size)
  else if (isLittle) bytes.writeUIntLE(whole, 0, size)
  else bytes.writeUIntBE(whole, 0, size)
  return bytes.toString('latin1')
}

/** Null when there are not so many bytes. */
export function readNumber(text: string, form: NumberForm): number | null {
  const { size, isSigned, isLittle } = layoutOf(form)
  const bytes = Buffer.from(text, 'latin1')
  if (bytes.length !== size) return null
  if (isSigned) return isLittle ? bytes.readIntLE(0, size) : bytes.readIntBE(0, size)
  return isLittle ? bytes.readUIntLE(0, size) : bytes.readUIntBE(0, size)
}
