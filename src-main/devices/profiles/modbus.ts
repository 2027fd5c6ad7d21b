/** The register map of a profile made into commands: “read NAME” for every register, “write NAME” for those that can be set, and the words for refusals. */
import {
  dictionary,
  filledText,
  integer,
  number,
  oneOf,
  optional,
  shape,
  text,
  truth,
  type Checked
} from '../../../src-preload/contract/check'
import { Failed } from '../../../src-preload/contract/failure'
import { NUMBER_FORMS, numberBytes } from './byte-numbers'

const register = shape({
  table: oneOf('holding', 'input', 'coil', 'discrete'),
  /** As it goes over the wire, so that the first is 0. */
  address: integer(0, 65_535),
  /** Of holding and input registers. */
  number: optional(oneOf(...NUMBER_FORMS)),
  /** The value is the number times this, plus that. */
  times: optional(number()),
  plus: optional(number()),
  /** Can be set; refused beyond these limits. */
  write: optional(truth),
  min: optional(number()),
  max: optional(number()),
  unit: optional(text(20))
})
type Register = Checked<typeof register>

export const modbusShape = shape({
  /** Its address on the line. */
  unit: integer(1, 247),
  /** A register by whose answer it is known; no other is read by an answer of the same length from the same table. */
  identify: filledText(100),
  registers: dictionary(register, 200)
})
export type ModbusProfile = Checked<typeof modbusShape>

const READ = { coil: 1, discrete: 2, holding: 3, input: 4 } as const
/** What a coil is set to goes over the wire as a word. */
const COIL_MAP = { coil: { true: '\u00ff\u0000', false: '\u0000\u0000' } }
const WRITE_COIL = 5
const WRITE_ONE = 6
const WRITE_MANY = 16

/** Modbus Application Protocol 1.1b3, 7. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'it does not know this function (exception 1)',
  2: 'it has no such register, or it can only be read (exception 2)',
  3: 'it does not take this value (exception 3)',
  4: 'it failed while doing so (exception 4)',
  5: 'it needs longer for it (exception 5)',
  6: 'it is busy with something else (exception 6)',
  8: 'its memory is damaged (exception 8)',
  10: 'its gateway has no way to it (exception 10)',
  11: 'it does not answer its gateway (exception 11)'
}

/** What a profile with a register map leaves out, and its commands. */
export function expandModbus(json: object, name: string): object {
  if (!('modbus' in json)) return json
  const modbus = modbusShape(json.modbus, `${name}.modbus`)
  const given = json as { readonly commands?: object; readonly maps?: object; readonly port?: object }
  checkRegisters(modbus, `${name}.modbus`)
  const commands = Object.entries(modbus.registers).flatMap(([key, one]) => [
    [`read ${key}`, reading(modbus.unit, key, one)] as const,
    ...(one.write === true ? [[`write ${key}`, writing(modbus.unit, key, one)] as const] : [])
  ])
  return {
    identify: { command: `read ${modbus.identify}`, expect: '^[^][\\u0001-\\u007f][^]+$' },
    // The frame of a refusal has the function with its highest bit set, and then why.
    error: '^[^][\\u0080-\\u00ff](?<code>[^])$',
    errors: Object.fromEntries(
      Object.entries(EXCEPTIONS).map(([code, words]) => [String.fromCharCode(Number(code)), words])
    ),
    ...json,
    maps: { ...COIL_MAP, ...given.maps },
    port: { lineEnd: '', ...given.port },
    commands: { ...Object.fromEntries(commands), ...given.commands }
  }
}

function checkRegisters({ identify, registers }: ModbusProfile, name: string): void {
  const wrong = (key: string, why: string): Failed =>
    new Failed('argument.invalid', `${name}.registers.${key} ${why}.`)
  const asked = registers[identify]
  if (asked === undefined)
    throw new Failed(
      'argument.invalid',
      `${name}.identify names the register “${identify}”, which is not there.`
    )
  for (const [key, one] of Object.entries(registers)) {
    const isBit = one.table === 'coil' || one.table === 'discrete'
    if (!/^[a-zA-Z]\w*$/.test(key)) throw wrong(key, 'has a name that is not letters, digits and _')
    if (!isBit && one.number === undefined) throw wrong(key, 'has no “number”')
    if (isBit && one.number !== undefined) throw wrong(key, 'is a bit and no “number”')
    if (one.number === 'u8') throw wrong(key, 'has 16 bits or 32')
    if (one.times === 0) throw wrong(key, 'is multiplied by 0')
    if (one.write === true && (one.table === 'input' || one.table === 'discrete'))
      throw wrong(key, 'can only be read')
    if ((one.min === undefined) !== (one.max === undefined))
      throw wrong(key, 'needs both “min” and “max”, or none')
    if (key !== identify && one.table === asked.table && words(one) === words(asked))
      // A late answer carries no number: by its length alone it is told from the one that is waited for.
      throw wrong(key, `is read by an answer of the same form as ${identify}, which “identify” names`)
  }
}

const words = ({ number: form }: Register): number => (form === undefined ? 1 : numberBytes(form) / 2)
const byte = (value: number): string => String.fromCharCode(value & 0xff)
const word = (value: number): string => byte(value >> 8) + byte(value)
/** A template's own brackets are written twice. */
const literal = (bytes: string): string => bytes.replace(/[{}[\]]/g, '$&$&')
/** A pattern that is these bytes. */
const pattern = (bytes: string): string =>
  Array.from(bytes, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

function reading(unit: number, key: string, one: Register): object {
  const { table, address, number: form, times, plus } = one
  const size = form === undefined ? 1 : numberBytes(form)
  const begin = byte(unit) + byte(READ[table])
  const field =
    form === undefined
      ? { map: { '\u0000': 'false', '\u0001': 'true' } }
      : { number: form, ...(times === undefined ? {} : { times }), ...(plus === undefined ? {} : { plus }) }
  return {
    send: literal(begin + word(address) + word(words(one))),
    match: `^${pattern(begin + byte(size))}(?<${key}>[^]{${size}})$`,
    fields: { [key]: field }
  }
}

function writing(unit: number, key: string, one: Register): object {
  const { address, number: form, times = 1, plus = 0, min, max, unit: shown = '' } = one
  const limits =
    min === undefined || max === undefined ? {} : { limits: { [key]: { min, max, unit: shown } } }
  const at = (call: number): string => literal(byte(unit) + byte(call) + word(address))
  if (form === undefined)
    return { send: `${at(WRITE_COIL)}{${key}|coil}`, match: `^[^]${pattern(byte(WRITE_COIL))}`, ...limits }
  const value = `{${key}*${plain(1 / times)}+${plain(-plus / times)}:${form}}`
  const count = words(one)
  const call = count === 1 ? WRITE_ONE : WRITE_MANY
  const head = count === 1 ? '' : literal(word(count) + byte(2 * count))
  return { send: `${at(call)}${head}${value}`, match: `^[^]${pattern(byte(call))}`, ...limits }
}

/** Without an exponent. */
const plain = (value: number): string =>
  value
    .toFixed(12)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0')
