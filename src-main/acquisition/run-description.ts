/** Tells a stream what a run is about: the form, free metadata, and each key with its unit and source, when it first comes. */
import type { CellEdit, FrameRecord, KeyInfo } from '../../src-preload/contract/record'
import type { StoredForm } from '../../src-preload/contract/stored-form'
import type { FrameStream } from '../formats/sink'
import { OWN_KEYS } from './frame-record'
import type { RunPlan } from './run-plan'
import type { RunTable } from './run-table'

const own = new Map(OWN_KEYS.map((info) => [info.key, info]))

export class RunDescription {
  readonly #stream: FrameStream
  readonly #table: RunTable
  readonly #known = new Set<string>()

  constructor(stream: FrameStream, table: RunTable) {
    this.#stream = stream
    this.#table = table
  }

  begin({ form, globals }: RunPlan): void {
    this.describe(form)
    for (const [namespace, value] of Object.entries(globals)) this.#stream.setGlobalMetadata(namespace, value)
  }

  /** The newest form is the dataset's; it may still change while the run goes on. */
  describe(form: StoredForm): void {
    this.#stream.setGlobalMetadata('benchframe/form', form)
  }

  /** Keys that people make by typing into a cell. */
  user(cells: readonly CellEdit[]): void {
    for (const { key, after } of cells) {
      if (this.#known.has(key) || after === null) continue
      this.#known.add(key)
      const type = typeof after === 'number' ? 'number' : typeof after === 'boolean' ? 'boolean' : 'text'
      this.#stream.describeKeys([{ key, type, source: 'user' }])
    }
  }

  /** A key that no frame has is no key of the dataset, so each is described with the first record that has it. Cheap: it is called for every frame. */
  record(record: FrameRecord, readings: readonly KeyInfo[]): void {
    const fresh = Object.keys(record).filter((key) => !this.#known.has(key))
    if (fresh.length === 0) return
    for (const key of fresh) this.#known.add(key)
    const infos = fresh.flatMap((key) => own.get(key) ?? readings.find((info) => info.key === key) ?? [])
    for (const info of infos) this.#table.describe(info)
    if (infos.length > 0) this.#stream.describeKeys(infos)
  }
}
