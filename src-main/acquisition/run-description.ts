/** Tells a stream what a run is about: the form, free metadata, and each key with its unit and source, once. */
import type { KeyInfo } from '../../src-preload/contract/record'
import type { FrameStream } from '../formats/sink'
import { OWN_KEYS } from './frame-record'
import type { RunPlan } from './run-plan'
import type { RunTable } from './run-table'

export class RunDescription {
  readonly #stream: FrameStream
  readonly #table: RunTable
  readonly #known = new Set<string>()

  constructor(stream: FrameStream, table: RunTable) {
    this.#stream = stream
    this.#table = table
  }

  begin({ form, globals }: RunPlan, readings: readonly KeyInfo[]): void {
    this.keys(OWN_KEYS)
    this.keys(readings)
    const named = form.fields.filter(({ name }) => name !== '')
    const fields = Object.fromEntries(named.map(({ name, value }) => [name, value]))
    const { sample, done, operator, notes } = form
    this.#stream.setGlobalMetadata('benchframe/form', { sample, done, operator, notes, fields })
    for (const [namespace, value] of Object.entries(globals)) this.#stream.setGlobalMetadata(namespace, value)
  }

  /** Cheap when nothing is new: it is called for every frame. */
  keys(keys: readonly KeyInfo[]): void {
    const fresh = keys.filter(({ key }) => !this.#known.has(key))
    if (fresh.length === 0) return
    for (const { key, unit } of fresh) {
      this.#known.add(key)
      this.#table.describe(key, unit)
    }
    this.#stream.describeKeys(fresh)
  }
}
