/** A small reader of our own BigTIFFs for tests: directories, strips and the description, nothing taken from the code under test. */
import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'

export interface TiffPage {
  readonly offset: number
  readonly length: number
  readonly compression: number
  readonly tags: ReadonlyMap<number, number>
}

export interface TiffContent {
  readonly pages: readonly TiffPage[]
  readonly xml: string
  readonly size: number
  /** Stored bytes of a plane, inflated where they are deflated. */
  plane(page: number): Uint8Array
}

export function readTiff(path: string): TiffContent {
  const bytes = readFileSync(path)
  const u64 = (at: number): number => Number(bytes.readBigUInt64LE(at))
  if (bytes.toString('latin1', 0, 2) !== 'II' || bytes.readUInt16LE(2) !== 43)
    throw new Error('no little-endian BigTIFF')
  const pages: TiffPage[] = []
  let xml = ''
  for (let at = u64(8); at !== 0;) {
    const tags = new Map<number, number>()
    const count = u64(at)
    for (let i = 0; i < count; i++) {
      const entry = at + 8 + i * 20
      const code = bytes.readUInt16LE(entry)
      const type = bytes.readUInt16LE(entry + 2)
      tags.set(
        code,
        type === 3
          ? bytes.readUInt16LE(entry + 12)
          : type === 4
            ? bytes.readUInt32LE(entry + 12)
            : u64(entry + 12)
      )
      if (code === 270) xml = bytes.toString('utf8', u64(entry + 12), u64(entry + 12) + u64(entry + 4) - 1)
    }
    pages.push({
      offset: tags.get(273) ?? 0,
      length: tags.get(279) ?? 0,
      compression: tags.get(259) ?? 0,
      tags
    })
    at = u64(at + 8 + count * 20)
  }
  const plane = (i: number): Uint8Array => {
    const page = pages[i]
    if (page === undefined) throw new Error(`page ${i} of ${pages.length}`)
    const stored = bytes.subarray(page.offset, page.offset + page.length)
    if (stored.length !== page.length) throw new Error(`page ${i} is cut off`)
    return page.compression === 8 ? inflateSync(stored) : stored
  }
  return { pages, xml, size: bytes.length, plane }
}
