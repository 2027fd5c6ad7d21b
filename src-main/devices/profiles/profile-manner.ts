/** How a profile says to open, greet, tell apart and leave an instrument. */
import { Failed } from '../../../src-preload/contract/failure'
import type { Identity, Manner } from '../serial/connection'
import { silenceMs } from '../serial/modbus-frame'
import type { Sentinel } from '../serial/link-dialect'
import type { SerialLink } from '../serial/serial-link'
import type { Profile, Push } from './profile'
import type { Speaker } from './speaker'
import { valuesOf, valuesOfJson, type Value } from './values'

/** Instruments that only speak are known by what they say; this long one may be silent. */
const FIRST_WORD_MS = 3000

export interface PushedLine {
  readonly push: Push
  readonly found: Readonly<Record<string, Value>>
}

/** What a line that came unasked tells; null when no push of the profile is like it. */
export function readPush(profile: Profile, line: string): PushedLine | null {
  for (const push of profile.push ?? []) {
    if (push.json === true) {
      const found = valuesOfJson(line, push.fields)
      if (found !== null) return { push, found }
    }
    const match = push.match?.exec(line)
    if (match !== null && match !== undefined) return { push, found: valuesOf(match.groups, push.fields) }
  }
  return null
}

/** `learn` gets the values that the set-up tells. */
export function profileManner(
  profile: Profile,
  speaker: Speaker,
  learn: (found: Readonly<Record<string, Value>>) => void
): Manner {
  const { port, identify } = profile
  const command = identify.command
  let firstWord: string | null = null

  const sentinel = (): Sentinel | null => {
    if (command === undefined) return null
    const { until } = speaker.command(command)
    const ask = speaker.text(command)
    const frame = speaker.frameOf(speaker.command(command), ask)
    let seen = false
    return {
      ask,
      ...(frame === undefined ? {} : { frame }),
      unique: false,
      isEnd(line) {
        seen ||= identify.expect.test(line)
        const isEnd = seen && (until === undefined || until.test(line))
        if (isEnd) seen = false
        return isEnd
      }
    }
  }

  async function askWho(link: SerialLink): Promise<string> {
    if (command === undefined) return firstWord ?? ''
    const { until, timeoutMs } = speaker.command(command)
    const ask = speaker.text(command)
    const frame = speaker.frameOf(speaker.command(command), ask)
    const answer = await link.request(ask, {
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(frame === undefined ? {} : { frame }),
      ...(until === undefined ? {} : { isEnd: (line) => until.test(line) })
    })
    return answer.find((line) => identify.expect.test(line)) ?? answer.join(' / ')
  }

  async function greet(link: SerialLink, path: string): Promise<Identity> {
    const answer = await askWho(link)
    const match = identify.expect.exec(answer)
    if (match === null) {
      throw new Failed('device.protocol', `What answers at ${path} is no ${profile.label}.`, {
        next: 'Check the path, the kind of instrument and the baud rate.',
        ...(answer === '' ? {} : { detail: `It said “${answer}”.` })
      })
    }
    for (const name of profile.init ?? []) learn(await speaker.run(link, name))
    const fields = command === undefined ? {} : speaker.command(command).fields
    const told = valuesOf(match.groups, fields)
    // Only bytes are read as numbers here: a serial number keeps its zeros.
    const [model, serial] = ['model', 'serial'].map((name) =>
      fields?.[name]?.number === undefined ? match.groups?.[name] : String(told[name] ?? '')
    )
    const text = [profile.label, model, serial && `no. ${serial}`].filter(Boolean).join(', ')
    return { serialNumber: serial || model || profile.id, text }
  }

  const settles = port.settleMs !== undefined || command === undefined
  return {
    dialect: {
      baudRate: port.baud,
      answerTimeoutMs: port.timeoutMs,
      ...(port.stopBits === undefined ? {} : { stopBits: port.stopBits }),
      ...(port.parity === undefined ? {} : { parity: port.parity }),
      ...(profile.modbus === undefined ? {} : { silenceMs: silenceMs(port.baud) }),
      bytewise:
        profile.modbus !== undefined ||
        Object.values(profile.commands).some(({ bytes }) => bytes !== undefined),
      lineEnd: port.lineEnd,
      kindOf: (line, waiting) => (readPush(profile, line) !== null ? 'push' : waiting ? 'answer' : 'garbage'),
      sentinel
    },
    ...(settles ? { settleMs: port.settleMs ?? FIRST_WORD_MS } : {}),
    settle(line) {
      const isFirst = identify.expect.test(line)
      if (isFirst) firstWord = line
      return command === undefined ? isFirst : (port.settled?.test(line) ?? false)
    },
    wake(link) {
      for (const name of profile.wake ?? []) link.write(speaker.text(name) + port.lineEnd)
    },
    greet,
    async farewell(link) {
      const last = [...(profile.light?.off ?? []), ...(profile.stage?.stop ?? [])]
      await Promise.all(last.map((name) => speaker.run(link, name, {}, true)))
    }
  }
}
