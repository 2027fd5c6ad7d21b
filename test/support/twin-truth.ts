/** What the bench instrument said on the wire, and when: the truth that a recording is held against. */
import type { TwinLine } from '../twins/start-twin'

const KEYS = ['temperature', 'laser_power', 'position_x', 'position_y', 'position_z'] as const
type Key = (typeof KEYS)[number]
type Values = Readonly<Partial<Record<Key, number>>>

export interface TriggerTruth {
  readonly sequence: number
  /** For each key the values that were true between the trigger and the start of its exposure; mostly one. */
  valuesUntil(lateMs: number): Readonly<Record<Key, readonly number[]>>
}

/** The way of a line from the instrument through the terminal to the app, on a machine that is busy with other tests. */
const WIRE_MS = 100

function parse(line: string): Values {
  const field = (name: string): number =>
    Number(new RegExp(`\\b${name}=(-?[0-9.eE+-]+)`).exec(line)?.[1] ?? NaN)
  if (line.startsWith('TEMP ')) return { temperature: Number(line.slice(5)) }
  if (line.startsWith('LASER ')) return { laser_power: field('on') === 1 ? field('read') : 0 }
  if (line.startsWith('POS '))
    return { position_x: field('x'), position_y: field('y'), position_z: field('z') }
  return {}
}

/** One entry for each `!TRIG` line, in the order of the wire. */
export function triggerTruths(log: readonly TwinLine[]): TriggerTruth[] {
  const said = log
    .filter(({ dir }) => dir === 'out')
    .map(({ t, text }) => ({ t, line: text.trim().replace(/^!/, '') }))
    .map(({ t, line }) => ({ t, sequence: /^TRIG (\d+)/.exec(line)?.[1], values: parse(line) }))
  return said.flatMap(({ t, sequence }, at) => {
    if (sequence === undefined) return []
    const valuesUntil = (lateMs: number): Record<Key, readonly number[]> => {
      const before = (key: Key): number[] => said.slice(0, at).flatMap(({ values }) => values[key] ?? [])
      const after = (key: Key): number[] =>
        said
          .slice(at)
          .filter((later) => later.t <= t + (lateMs + WIRE_MS) * 1e6)
          .flatMap(({ values }) => values[key] ?? [])
      const entries = KEYS.map((key) => [key, [...before(key).slice(-1), ...after(key)]] as const)
      return Object.fromEntries(entries) as unknown as Record<Key, readonly number[]>
    }
    return [{ sequence: Number(sequence), valuesUntil }]
  })
}
