/**
 * A device profile: how to speak to a kind of serial instrument, as data. The published schema is profile.schema.json beside the shipped
 * profiles; this file checks a profile when it is loaded, so that a mistake is told with its place and not by a silent instrument.
 */
import {
  dictionary,
  filledText,
  integer,
  list,
  number,
  oneOf,
  optional,
  shape,
  text,
  truth,
  type Check,
  type Checked
} from '../../../src-preload/contract/check'
import { isJsonObject } from '../../../src-preload/contract/record'
import { Failed } from '../../../src-preload/contract/failure'
import { NUMBER_FORMS } from './byte-numbers'
import { expandModbus, modbusShape } from './modbus'

/** Kinds are kept in the settings by their id, before a bar. */
const profileId: Check<string> = (value, name) => {
  const id = filledText(60)(value, name)
  if (/^[a-z0-9-]+$/.test(id)) return id
  throw new Failed('argument.invalid', `${name} is “${id}”; allowed are small letters, digits and -.`)
}

const usbId: Check<string> = (value, name) => {
  const id = filledText(4)(value, name)
  if (/^[0-9a-f]{4}$/.test(id)) return id
  throw new Failed('argument.invalid', `${name} is “${id}”; a USB id has four digits, 0 to 9 and a to f.`)
}

const pattern: Check<RegExp> = (value, name) => {
  const source = filledText(1000)(value, name)
  try {
    return new RegExp(source)
  } catch (error) {
    throw new Failed('argument.invalid', `${name} is no regular expression: ${(error as Error).message}.`)
  }
}

/** What becomes of a named group of a pattern: its name in `values`, and how its text is made a value. */
const field = shape({
  as: optional(filledText(100)),
  /** Numbers: times this, plus that. Without either, and without `map`, a field whose text is a number is one. */
  times: optional(number()),
  plus: optional(number()),
  /** The text to a value; true and false are written as such. */
  map: optional(dictionary(text(100))),
  /** Keeps the text as it is. */
  text: optional(truth),
  /** The text is bytes that are a number of this form, of which `mask` keeps some bits. */
  number: optional(oneOf(...NUMBER_FORMS)),
  mask: optional(integer(1, 0xffffffff))
})
export type Field = Checked<typeof field>

const limits = shape({ min: number(), max: number(), unit: text(20) })

const command = shape({
  /** A template, see template.ts. */
  send: filledText(1000),
  /** Sent as it is, at once, without an end of line; has no answer. */
  raw: optional(truth),
  urgent: optional(truth),
  /** Has no answer of its own; what it asks for comes as a push. */
  silent: optional(truth),
  limits: optional(dictionary(limits)),
  /** One line of the answer must match; its groups become values. Tried before `error`. */
  match: optional(pattern),
  fields: optional(dictionary(field)),
  /** The answer is so many bytes and no line. */
  bytes: optional(integer(1, 1000)),
  /** For instruments that can't be asked: when it was accepted, what was given is the value now, and so are these. */
  keeps: optional(dictionary(text(100))),
  /** The line that ends the answer; without it the first one does. */
  until: optional(pattern),
  error: optional(pattern),
  keepalive: optional(pattern),
  timeoutMs: optional(integer(1, 600_000))
})
export type Command = Checked<typeof command>

const push = shape({
  match: optional(pattern),
  /** The line is a JSON object; the names are its keys. */
  json: optional(truth),
  fields: optional(dictionary(field)),
  /** An edge of a trigger line, with the values `sequence` and perhaps `microseconds`. */
  edge: optional(truth),
  /** The instrument has started anew. */
  restart: optional(truth)
})
export type Push = Checked<typeof push>

const axis = shape({ value: filledText(100), min: number(), max: number() })

const stage = shape({
  axes: shape({ x: optional(axis), y: optional(axis), z: optional(axis) }),
  /** Commands that set off; one whose values are not given is left out. Given are x, y, z in µm: the target, or with `relative` the way to it. */
  move: list(filledText(100), 10),
  relative: optional(truth),
  stop: list(filledText(100), 10),
  /** Commands that ask for the place. */
  position: list(filledText(100), 10),
  /** Still is when each of these values is one of those. Asked by `ask`, every pollMs. */
  still: optional(list(shape({ value: filledText(100), is: list(text(100), 20) }), 10)),
  ask: optional(list(filledText(100), 10)),
  /** A command that is answered when the stage is still. */
  wait: optional(filledText(100)),
  pollMs: integer(5, 10_000),
  timeoutMs: optional(integer(100, 3_600_000)),
  /** Still, and farther than this from the target, is a failure. */
  toleranceUm: number(0)
})
export type StageProfile = Checked<typeof stage>

const property = shape({
  key: filledText(100),
  label: filledText(200),
  unit: optional(text(20)),
  value: filledText(100),
  /** The command that sets it; it gets the new value by the property's key. */
  set: optional(filledText(100)),
  /** The command that reads it back after that, where the setting itself tells nothing. */
  read: optional(filledText(100)),
  min: optional(number()),
  max: optional(number()),
  choices: optional(list(filledText(100), 50)),
  boolean: optional(truth),
  recordKey: optional(filledText(100))
})
export type PropertyProfile = Checked<typeof property>

const part = shape({ properties: list(property, 50), off: optional(list(filledText(100), 10)) })
export type PartProfile = Checked<typeof part>

const profileShape = shape({
  $schema: optional(text()),
  schema: oneOf(1),
  id: profileId,
  label: filledText(200),
  proof: oneOf('real firmware', 'independent peer', 'protocol twin', 'never on hardware'),
  /** USB ids of its ports, so that a port that was found proposes it. */
  match: optional(list(shape({ vid: usbId, pid: usbId }), 20)),
  port: shape({
    baud: integer(50, 4_000_000),
    /** Empty: it knows no lines. */
    lineEnd: oneOf('\n', '\r', '\r\n', ''),
    stopBits: optional(oneOf(1, 2)),
    parity: optional(oneOf('even', 'odd')),
    timeoutMs: integer(10, 60_000),
    /** An instrument that starts anew when its port is opened: how long to wait, and the line that ends the wait. */
    settleMs: optional(integer(1, 20_000)),
    settled: optional(pattern)
  }),
  /** The command whose answer tells what it is; groups `model` and `serial` of `expect` are shown. Without a command it is the first push. */
  identify: shape({ command: optional(filledText(100)), expect: pattern }),
  /** Sent first of all, whatever is answered; for instruments whose manner of answering has to be set. */
  wake: optional(list(filledText(100), 10)),
  /** After it was identified, and after it has started anew. */
  init: optional(list(filledText(100), 50)),
  error: optional(pattern),
  errors: optional(dictionary(text(300))),
  maps: optional(dictionary(dictionary(text(100)))),
  commands: dictionary(command, 400),
  /** Registers of an instrument that speaks Modbus RTU; its commands are made of them. */
  modbus: optional(modbusShape),
  push: optional(list(push, 50)),
  poll: optional(list(shape({ command: filledText(100), everyMs: integer(10, 3_600_000) }), 50)),
  stage: optional(stage),
  light: optional(part),
  sensor: optional(part),
  /** Its pushes have an edge. */
  trigger: optional(truth)
})
export type Profile = Checked<typeof profileShape>

/** Checks a profile, also that every command it names is there. */
export function readProfile(json: unknown, name: string): Profile {
  const profile = profileShape(isJsonObject(json) ? expandModbus(json, name) : json, name)
  const known = Object.keys(profile.commands)
  for (const [place, command] of namedCommands(profile)) {
    if (!known.includes(command)) {
      throw new Failed(
        'argument.invalid',
        `${name}: ${place} names the command “${command}”, which is not there.`,
        {
          next: `Commands are ${known.join(', ')}.`
        }
      )
    }
  }
  if (profile.stage !== undefined && profile.stage.wait === undefined && profile.stage.still === undefined) {
    throw new Failed(
      'argument.invalid',
      `${name}: the stage says neither by “still” nor by “wait” when it is still.`
    )
  }
  return profile
}

function namedCommands(profile: Profile): readonly (readonly [string, string])[] {
  const { identify, wake = [], init = [], poll = [], stage, light, sensor } = profile
  const all: (readonly [string, string | undefined])[] = [
    ['identify', identify.command],
    ...wake.map((one) => ['wake', one] as const),
    ...init.map((one) => ['init', one] as const),
    ...poll.map((one) => ['poll', one.command] as const)
  ]
  if (stage !== undefined) {
    const { move, stop, position, ask = [], wait } = stage
    all.push(...[...move, ...stop, ...position, ...ask].map((one) => ['stage', one] as const), [
      'stage.wait',
      wait
    ])
  }
  for (const part of [light, sensor]) {
    for (const { key, set, read } of part?.properties ?? [])
      all.push([`${key}.set`, set], [`${key}.read`, read])
    all.push(...(part?.off ?? []).map((one) => ['off', one] as const))
  }
  return all.filter((one): one is readonly [string, string] => one[1] !== undefined)
}
