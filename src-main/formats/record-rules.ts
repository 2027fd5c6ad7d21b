/** What a legal record is, and its JSON text, made once for journal and files alike. */
import { PLANE_KEYS, type FrameRecord, type KeyInfo, type KeyType } from '../../src-preload/contract/record'
import { Failed } from '../../src-preload/contract/failure'
import { jsonText, type JsonNotes } from './json-text'

const plane: ReadonlySet<string> = new Set(PLANE_KEYS)
const OURS = 'storage_index'

interface KnownKey {
  /** `"key":`, ready to be written. */
  readonly text: string
  readonly isPlane: boolean
}

const typeOfValue = (value: unknown): KeyType => {
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'number':
    case 'bigint':
      return 'number'
    case 'boolean':
      return 'boolean'
    default:
      return value === null ? 'null' : value instanceof Date ? 'text' : 'json'
  }
}

export class RecordRules {
  private readonly known = new Map<string, KnownKey>()
  private readonly warned = new Set<string>()
  private fresh: KeyInfo[] = []
  private readonly notes: JsonNotes

  /** `warn`: one sentence for the log, once for each key. */
  constructor(warn: (sentence: string) => void) {
    this.notes = {
      notFinite: (where) => {
        if (this.warned.has(where)) return
        this.warned.add(where)
        warn(`${where} was not a finite number and is stored as null.`)
      }
    }
  }

  /** The record as `{…}`; throws `argument.invalid` when it is not legal, and then nothing has changed. */
  text(record: FrameRecord): string {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) {
      throw new Failed(
        'argument.invalid',
        'The metadata of a frame is no object; allowed is one object with a value for each key.'
      )
    }
    const found: KeyInfo[] = []
    let text = '{'
    for (const key of Object.keys(record)) {
      const value: unknown = record[key]
      if (value === undefined) continue
      const known = this.known.get(key) ?? this.meet(key, value, found)
      if (known.isPlane && value !== null && typeof value !== 'number') refusePlane(key, value)
      const json = jsonText(value, key, this.notes)
      if (known.isPlane && json === 'null') continue // unknown: no attribute in a Plane, so no key in either format
      text += (text.length > 1 ? ',' : '') + known.text + json
    }
    for (const info of found) this.remember(info)
    return `${text}}`
  }

  /** Keys that came for the first time since the last call, with the type that they came with. */
  takeFresh(): readonly KeyInfo[] {
    if (this.fresh.length === 0) return this.fresh
    const fresh = this.fresh
    this.fresh = []
    return fresh
  }

  /** The key's type, unit and source are known: it is not fresh when it comes. */
  describe(info: KeyInfo): void {
    this.known.set(checkKey(info.key), knownKey(info.key))
  }

  private meet(key: string, value: unknown, found: KeyInfo[]): KnownKey {
    checkKey(key)
    const info: KeyInfo = { key, type: plane.has(key) ? 'number' : typeOfValue(value) }
    found.push(info)
    return knownKey(key)
  }

  private remember(info: KeyInfo): void {
    this.known.set(info.key, knownKey(info.key))
    this.fresh.push(info)
  }
}

const knownKey = (key: string): KnownKey => ({ text: `${JSON.stringify(key)}:`, isPlane: plane.has(key) })

function checkKey(key: string): string {
  if (key === '')
    throw new Failed('argument.invalid', 'A key of the metadata is empty; allowed is any text that is not.')
  if (key === OURS) {
    throw new Failed(
      'argument.invalid',
      `The key ${OURS} is written by Benchframe itself; allowed is any other name.`
    )
  }
  return key
}

function refusePlane(key: string, value: unknown): never {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value)
  throw new Failed('argument.invalid', `${key} is ${shown}; allowed is a number or null.`)
}
