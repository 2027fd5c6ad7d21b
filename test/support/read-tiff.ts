/** A small reader of our own BigTIFFs for tests: directories, strips, tiles, smaller levels and the description, nothing taken from the code under test. */
import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'

export interface TiffPage {
  readonly offset: number
  readonly length: number
  readonly compression: number
  readonly tags: ReadonlyMap<number, number>
  /** Directories of smaller levels. */
  readonly levels: readonly TiffPage[]
}

export interface TiffContent {
  readonly pages: readonly TiffPage[]
  readonly xml: string
  readonly size: number
  /** Stored bytes of a plane, inflated where they are deflated. */
  plane(page: number): Uint8Array
  /** Pixels of a page or level, put together out of its tiles where it has some. */
  picture(page: TiffPage): Uint8Array
}

export function readTiff(path: string): TiffContent {
  const bytes = readFileSync(path)
  const u64 = (at: number): number => Number(bytes.readBigUInt64LE(at))
  if (bytes.toString('latin1', 0, 2) !== 'II' || bytes.readUInt16LE(2) !== 43)
    throw new Error('no little-endian BigTIFF')
  let xml = ''

  const directory = (at: number): { page: TiffPage; next: number } => {
    const tags = new Map<number, number>()
    const levels: TiffPage[] = []
    const count = u64(at)
    for (let i = 0; i < count; i++) {
      const entry = at + 8 + i * 20
      const code = bytes.readUInt16LE(entry)
      const type = bytes.readUInt16LE(entry + 2)
      const values = u64(entry + 4)
      tags.set(
        code,
        type === 3
          ? bytes.readUInt16LE(entry + 12)
          : type === 4
            ? bytes.readUInt32LE(entry + 12)
            : u64(entry + 12)
      )
      if (code === 270) xml = bytes.toString('utf8', u64(entry + 12), u64(entry + 12) + u64(entry + 4) - 1)
      if (code === 330)
        for (let k = 0; k < values; k++)
          levels.push(directory(u64(values === 1 ? entry + 12 : u64(entry + 12) + k * 8)).page)
    }
    const page = {
      offset: tags.get(273) ?? 0,
      length: tags.get(279) ?? 0,
      compression: tags.get(259) ?? 0,
      tags,
      levels
    }
    return { page, next: u64(at + 8 + count * 20) }
  }

  const stored = (offset: number, length: number, compression: number): Uint8Array => {
    const part = bytes.subarray(offset, offset + length)
    if (part.length !== length) throw new Error(`the bytes at ${offset} are cut off`)
    return compression === 8 ? inflateSync(part) : part
  }

  const picture = (page: TiffPage): Uint8Array => {
    const tag = (code: number): number => page.tags.get(code) ?? 0
    if (!page.tags.has(322)) return stored(page.offset, page.length, page.compression)
    const size = tag(258) / 8
    const [width, height, across, down] = [tag(256), tag(257), tag(322), tag(323)]
    const columns = Math.ceil(width / across)
    const whole = new Uint8Array(width * height * size)
    for (let n = 0; n < columns * Math.ceil(height / down); n++) {
      const tile = stored(u64(tag(324) + n * 8), u64(tag(325) + n * 8), page.compression)
      if (tile.length !== across * down * size) throw new Error(`tile ${n} has ${tile.length} bytes`)
      const x = (n % columns) * across
      for (let row = 0; row < down; row++) {
        const y = Math.floor(n / columns) * down + row
        if (y >= height) break
        const line = tile.subarray(row * across * size, (row * across + Math.min(across, width - x)) * size)
        whole.set(line, (y * width + x) * size)
      }
    }
    return whole
  }

  const pages: TiffPage[] = []
  for (let at = u64(8); at !== 0;) {
    const { page, next } = directory(at)
    pages.push(page)
    at = next
  }
  const plane = (i: number): Uint8Array => {
    const page = pages[i]
    if (page === undefined) throw new Error(`page ${i} of ${pages.length}`)
    return stored(page.offset, page.length, page.compression)
  }
  return { pages, xml, size: bytes.length, plane, picture }
}
