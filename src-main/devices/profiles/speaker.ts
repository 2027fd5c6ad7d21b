/** Speaks a profile's commands: fills them in, holds limits, reads answers and errors. Knows no device. */
import { Failed } from '../../../src-preload/contract/failure'
import { numberWithin } from '../limits'
import { shown } from '../serial/line-splitter'
import { bytesFrame, type Frame } from '../serial/byte-answer'
import { answerTo, sealed } from '../serial/modbus-frame'
import type { RequestOptions, SerialLink } from '../serial/serial-link'
import type { Command, Profile } from './profile'
import { compileTemplate, type Template, type TemplateValue } from './template'
import { scalarOf, valuesOf, type Value } from './values'

export type Given = Readonly<Record<string, TemplateValue | undefined>>

/** Where commands go: a link that is being greeted, or a connection. */
export type Wire = Pick<SerialLink, 'request' | 'write'>

export interface Speaker {
  /** Runs a command; answers the values that its answer told. `urgent` jumps the queue whatever the profile says. */
  run(wire: Wire, name: string, given?: Given, urgent?: boolean): Promise<Record<string, Value>>
  /** Whether everything that a command must be given is there. */
  canRun(name: string, given: Given): boolean
  command(name: string): Command
  /** What is sent for it, without anything to put in. */
  text(name: string): string
  /** How its answer is told from other bytes; undefined: it is lines. */
  frameOf(command: Command | undefined, sent: string): Frame | undefined
  /** Bytes by hand: with what each frame of its protocol ends. */
  seal(bytes: string): string
}

function kept(given: Given, fixed: Readonly<Record<string, string>>): Record<string, Value> {
  const known = Object.entries(given).filter((one): one is [string, Value] => one[1] !== undefined)
  const always = Object.entries(fixed).map(([name, text]) => [name, scalarOf(text)] as const)
  return Object.fromEntries([...known, ...always])
}

/** Text as it is; bytes as \xNN. */
const readable = (text: string): string =>
  /[\u0000-\u001f\u007f-\u00a0]/.test(text) ? shown(Buffer.from(text, 'latin1')) : text

export function createSpeaker(profile: Profile, label: () => string): Speaker {
  const templates = new Map<string, Template>(
    Object.entries(profile.commands).map(([name, { send }]) => [
      name,
      compileTemplate(send, profile.maps ?? {})
    ])
  )

  function command(name: string): Command {
    const found = profile.commands[name]
    if (found === undefined) throw new Failed('internal', `${label()} has no command “${name}”.`)
    return found
  }

  const isModbus = profile.modbus !== undefined
  const seal = (bytes: string): string => (isModbus ? sealed(bytes) : bytes)
  function frameOf(wanted: Command | undefined, sent: string): Frame | undefined {
    if (isModbus) return answerTo(sent)
    return wanted?.bytes === undefined ? undefined : bytesFrame(wanted.bytes)
  }

  const template = (name: string): Template => templates.get(name) as Template

  async function run(
    wire: Wire,
    name: string,
    given: Given = {},
    urgent = false
  ): Promise<Record<string, Value>> {
    const wanted = command(name)
    checkLimits(wanted, given)
    const line = seal(template(name).render(given))
    if (wanted.raw === true) {
      wire.write(line)
      return {}
    }
    if (wanted.silent === true) {
      wire.write(line + profile.port.lineEnd)
      return {}
    }
    const answer = await wire.request(line, options(wanted, line, urgent || wanted.urgent === true))
    const found = readAnswer(wanted, line, answer)
    return wanted.keeps === undefined ? found : { ...kept(given, wanted.keeps), ...found }
  }

  function checkLimits(wanted: Command, given: Given): void {
    for (const [name, limits] of Object.entries(wanted.limits ?? {})) {
      const value = given[name]
      if (value !== undefined) numberWithin(label(), name, value, limits)
    }
  }

  function options(wanted: Command, line: string, urgent: boolean): RequestOptions {
    const { timeoutMs, until, error = profile.error, keepalive } = wanted
    const frame = frameOf(wanted, line)
    return {
      urgent,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(frame === undefined ? {} : { frame }),
      ...(until === undefined ? {} : { isEnd: (line) => until.test(line) || (error?.test(line) ?? false) }),
      ...(keepalive === undefined ? {} : { isKeepalive: (line) => keepalive.test(line) })
    }
  }

  function readAnswer(wanted: Command, line: string, answer: readonly string[]): Record<string, Value> {
    const { match, error = profile.error, fields } = wanted
    for (const each of answer) {
      const found = match?.exec(each)
      if (found !== null && found !== undefined) return valuesOf(found.groups, fields)
      const refused = error?.exec(each)
      if (refused !== null && refused !== undefined) throw refusal(line, each, refused.groups?.['code'])
    }
    if (match === undefined) return {}
    throw new Failed(
      'device.protocol',
      `${label()} answered “${readable(answer.join(' / '))}” to “${readable(line)}”.`,
      {
        next: 'Look at its traffic.'
      }
    )
  }

  function refusal(line: string, answer: string, code: string | undefined): Failed {
    const words = (code === undefined ? undefined : profile.errors?.[code]) ?? answer
    return new Failed('device.refused', `${label()} refused “${readable(line)}”: ${words}.`, {
      detail: answer
    })
  }

  return {
    run,
    command,
    canRun(name, given) {
      const { names, required } = template(name)
      const has = (one: string): boolean => given[one] !== undefined
      return required.every(has) && (names.length === 0 || names.some(has))
    },
    text: (name) => seal(template(name).render({})),
    frameOf,
    seal
  }
}
