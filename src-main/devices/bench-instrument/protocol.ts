/**
 * The language of the “benchframe bench instrument”: a stage, a laser, a thermometer and a trigger input behind one serial port. This file
 * alone knows its words; test/twins/bench_instrument.py speaks the other side.
 *
 * 115200 baud, 8N1, lines of ASCII that end with LF. The instrument says nothing until it has been asked ID? after power-up or after the
 * port was opened. Every command is answered by one line, in order; lines that come unasked begin with “!”.
 *
 *   ID?                        ID benchframe-bench <version> sn=<serial number>
 *   SYNC? <n>                  SYNC <n>                       the same number: whatever came before is dealt with
 *   POS?                       POS x=<µm> y=<µm> z=<µm> moving=<0|1>
 *   BUSY?                      BUSY <0|1>
 *   MOVE [x=<µm>] [y=] [z=]    OK | ERR <code> <text>         sets off at once; a MOVE during a move takes over
 *   STOP                       OK                             stage stays where it is
 *   LASER?                     LASER on=<0|1> set=<mW> read=<mW>
 *   LASER [power=<mW>] [on=]   OK | ERR <code> <text>
 *   TEMP?                      TEMP <°C>
 *
 *   !POS …, !LASER …, !TEMP …  as the answers above: on change and now and then
 *   !TRIG <sequence> <µs>      an edge; numbered from 1 since power-up, microseconds of the instrument's clock
 *
 *   ERR 1 unknown command, 2 unreadable, 3 out of range
 */
import { Failed } from '../../../src-preload/contract/failure'
import type { Limits } from '../limits'
import type { Identity, Manner } from '../serial/connection'
import type { LinkDialect } from '../serial/link-dialect'

export const AXES = ['x', 'y', 'z'] as const
export type Axis = (typeof AXES)[number]

/** Enforced before a byte leaves. */
export const AXIS_LIMITS: Readonly<Record<Axis, Limits>> = {
  x: { min: -5000, max: 5000, unit: 'µm' },
  y: { min: -5000, max: 5000, unit: 'µm' },
  z: { min: -500, max: 500, unit: 'µm' }
}
export const POWER_LIMITS: Limits = { min: 0, max: 100, unit: 'mW' }

export const dialect: LinkDialect = {
  baudRate: 115_200,
  answerTimeoutMs: 300,
  lineEnd: '\n',
  kindOf: (line) => {
    if (!line.startsWith('!')) return answerForm.test(line) ? 'answer' : 'garbage'
    return parse(line.slice(1)) === null ? 'garbage' : 'push'
  },
  sentinel: (number) => ({
    ask: `SYNC? ${number}`,
    isEnd: (line) => line === `SYNC ${number}`,
    unique: true
  })
}

const answerForm = /^(OK$|(ERR|ID|SYNC|POS|BUSY|LASER|TEMP) )/

export const commands = {
  identify: 'ID?',
  position: 'POS?',
  busy: 'BUSY?',
  stop: 'STOP',
  laser: 'LASER?',
  temperature: 'TEMP?',
  off: 'LASER on=0',
  move: (place: Partial<Record<Axis, number>>): string =>
    [
      'MOVE',
      ...AXES.filter((axis) => place[axis] !== undefined).map((axis) => `${axis}=${place[axis]?.toFixed(2)}`)
    ].join(' '),
  power: (mw: number): string => `LASER power=${mw.toFixed(2)}`,
  on: (on: boolean): string => `LASER on=${on ? 1 : 0}`
}

export type Report =
  | { readonly kind: 'position'; readonly place: Readonly<Record<Axis, number>>; readonly moving: boolean }
  | { readonly kind: 'laser'; readonly on: boolean; readonly setMw: number; readonly readMw: number }
  | { readonly kind: 'temperature'; readonly celsius: number }
  | { readonly kind: 'edge'; readonly sequence: number; readonly sourceUs: number }

const NUMBER = '(-?\\d+(?:\\.\\d+)?)'
const position = new RegExp(`^POS x=${NUMBER} y=${NUMBER} z=${NUMBER} moving=([01])$`)
const laser = new RegExp(`^LASER on=([01]) set=${NUMBER} read=${NUMBER}$`)
const temperature = new RegExp(`^TEMP ${NUMBER}$`)
const edge = /^TRIG (\d+) (\d+)$/

/** What an instrument's line tells, without the “!”; null when it tells nothing that is understood. */
export function parse(line: string): Report | null {
  const at = position.exec(line)
  if (at !== null) {
    const [x, y, z] = [Number(at[1]), Number(at[2]), Number(at[3])]
    return { kind: 'position', place: { x, y, z }, moving: at[4] === '1' }
  }
  const light = laser.exec(line)
  if (light !== null)
    return { kind: 'laser', on: light[1] === '1', setMw: Number(light[2]), readMw: Number(light[3]) }
  const warm = temperature.exec(line)
  if (warm !== null) return { kind: 'temperature', celsius: Number(warm[1]) }
  const fired = edge.exec(line)
  if (fired !== null) return { kind: 'edge', sequence: Number(fired[1]), sourceUs: Number(fired[2]) }
  return null
}

export function parseIdentity(path: string, answer: string): Identity {
  const match = /^ID benchframe-bench (\d+) sn=(\S+)$/.exec(answer)
  if (match !== null) {
    const [, version = '', serialNumber = ''] = match
    return { serialNumber, text: `benchframe bench instrument, version ${version}, no. ${serialNumber}` }
  }
  throw new Failed('device.protocol', `What answers at ${path} is no benchframe bench instrument.`, {
    next: 'Check the path, and that the right instrument is connected.',
    detail: `It answered “${answer}”.`
  })
}

/** Any answer to a command but OK. */
export function mustBeOk(label: string, command: string, answer: string): void {
  if (answer === 'OK') return
  const refused = /^ERR (\d+) ?(.*)$/.exec(answer)
  if (refused === null) {
    throw new Failed('device.protocol', `${label} answered “${answer}” to “${command}”.`, {
      next: 'Look at its traffic.'
    })
  }
  throw new Failed('device.refused', `${label} refused “${command}”: ${refused[2] || `error ${refused[1]}`}.`)
}

export const manner: Manner = {
  dialect,
  greet: async (link, path) => parseIdentity(path, (await link.request(commands.identify))[0] ?? ''),
  async farewell(link) {
    await Promise.all([commands.stop, commands.off].map((line) => link.request(line, { urgent: true })))
  }
}
