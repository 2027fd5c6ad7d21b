/**
 * Types, units and sources of the keys, for the annotation `benchframe/key-schema`: text loses types, this gives them back. Frames in which a key
 * has another type than usual are listed by acquisition number: {type: [frame or [first, last], …]}.
 */
import type { KeyInfo, KeyType } from '../../../src-preload/contract/record'
import { jsonText } from '../json-text'

export const KEY_SCHEMA_NAMESPACE = 'benchframe/key-schema'

type Runs = [first: number, last: number][]

export class KeySchema {
  private readonly types = new Map<string, KeyType>()
  private readonly exceptions = new Map<string, Map<KeyType, Runs>>()

  constructor(private readonly keys: readonly KeyInfo[]) {
    for (const { key, type } of keys) this.types.set(key, type)
  }

  /** Notes the type that a key has in a frame. */
  see(key: string, type: KeyType, frame: number): void {
    const usual = this.types.get(key)
    if (usual === type || usual === undefined) return
    const ofKey = this.exceptions.get(key) ?? new Map<KeyType, Runs>()
    this.exceptions.set(key, ofKey)
    const runs = ofKey.get(type) ?? []
    ofKey.set(type, runs)
    const last = runs[runs.length - 1]
    if (last !== undefined && last[1] === frame - 1) last[1] = frame
    else runs.push([frame, frame])
  }

  /** Key and description as JSON text. */
  *entries(): Generator<[key: string, json: string]> {
    for (const { key, type, unit, source } of this.keys) {
      const exceptions = this.exceptionsOf(key)
      yield [key, jsonText({ type, unit, source, exceptions }, key, { notFinite: () => undefined })]
    }
  }

  private exceptionsOf(key: string): Record<string, (number | [number, number])[]> | undefined {
    const found = this.exceptions.get(key)
    if (found === undefined) return undefined
    return Object.fromEntries(
      [...found].map(([type, runs]) => [type, runs.map((run) => (run[0] === run[1] ? run[0] : run))])
    )
  }
}
