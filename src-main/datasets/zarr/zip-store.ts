/** A Zarr hierarchy inside a zip archive: stored entries are read by range, deflated ones whole; checksums are verified. */
import { inflateRaw, type InputType, type ZlibOptions } from 'node:zlib'
import { promisify } from 'node:util'
import { openBytes } from '../byte-source'
import { ChunkDamage } from './codecs'
import { joinKey, type Store } from './store'
import { isZip, zipEntries, type ZipEntry } from './zip-directory'

const inflateAsync = promisify<InputType, ZlibOptions, Buffer>(inflateRaw)
const LARGEST_ENTRY = 2 ** 31

/** Null where the file is no zip archive. */
export async function zipStore(path: string): Promise<Store | null> {
  const source = openBytes(path)
  if (!isZip(source.peek(0, 4))) {
    source.close()
    return null
  }
  try {
    const entries = await zipEntries(source)
    const prefix = rootOf([...entries.keys()])
    const find = (key: string): ZipEntry | undefined => entries.get(joinKey(prefix, key))

    async function raw(entry: ZipEntry, key: string, from: number, length: number): Promise<Uint8Array> {
      const head = new Uint8Array(30)
      const got = await source.read(head, entry.at)
      const view = new DataView(head.buffer)
      if (got < 30 || view.getUint32(0, true) !== 0x04034b50)
        throw new ChunkDamage(`the archive's header of ${key} is broken`)
      const data = entry.at + 30 + view.getUint16(26, true) + view.getUint16(28, true)
      if (data + entry.stored > source.size)
        throw new ChunkDamage(`${key} runs beyond the end of the archive`)
      const bytes = new Uint8Array(length)
      if ((await source.read(bytes, data + from)) < length) throw new ChunkDamage(`${key} is cut short`)
      return bytes
    }

    async function whole(key: string): Promise<Uint8Array | null> {
      const entry = find(key)
      if (entry === undefined) return null
      if (entry.size > LARGEST_ENTRY || entry.stored > source.size)
        throw new ChunkDamage(`${key} is too large to be read`)
      const stored = await raw(entry, key, 0, entry.stored)
      const bytes = entry.method === 0 ? stored : await inflated(entry, stored, key)
      if (bytes.length !== entry.size || crc32(bytes) !== entry.crc)
        throw new ChunkDamage(`the checksum of ${key} is wrong`)
      return bytes
    }

    return {
      root: path,
      look(key) {
        const entry = find(key)
        return Promise.resolve(entry === undefined ? null : { size: entry.size, stamp: String(entry.at) })
      },
      get: whole,
      async range(key, offset, length) {
        const entry = find(key)
        if (entry === undefined) return null
        const from = offset < 0 ? Math.max(0, entry.size + offset) : Math.min(offset, entry.size)
        const count = Math.max(0, Math.min(length, entry.size - from))
        if (entry.method === 0) return raw(entry, key, from, count)
        return (await whole(key))?.subarray(from, from + count) ?? null
      },
      list: (key) => Promise.resolve(namesBelow(entries.keys(), joinKey(prefix, key))),
      inside: () => Promise.resolve(true),
      close: () => source.close()
    }
  } catch (error) {
    source.close()
    throw error
  }
}

async function inflated(entry: ZipEntry, stored: Uint8Array, key: string): Promise<Uint8Array> {
  if (entry.method !== 8)
    throw new ChunkDamage(`${key} is packed by method ${entry.method}, which is not known`)
  try {
    const bytes = await inflateAsync(stored, { maxOutputLength: entry.size + 1 })
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  } catch (error) {
    throw new ChunkDamage(`${key} does not unpack (${(error as Error).message})`)
  }
}

/** The folder that holds the hierarchy: the archive itself, or the only folder at its top. */
function rootOf(names: readonly string[]): string {
  const isNode = (prefix: string): boolean =>
    ['zarr.json', '.zgroup', '.zarray', '.zattrs'].some((name) => names.includes(joinKey(prefix, name)))
  const tops = new Set(names.map((name) => name.split('/')[0] ?? ''))
  const [only = ''] = tops
  return !isNode('') && tops.size === 1 && isNode(only) ? only : ''
}

function namesBelow(names: Iterable<string>, folder: string): string[] {
  const start = folder === '' ? '' : `${folder}/`
  const found = new Set<string>()
  for (const name of names)
    if (name.startsWith(start)) found.add(name.slice(start.length).split('/')[0] ?? '')
  return [...found]
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** CRC-32 of zip (ITU-T V.42). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++)
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[i] as number)) & 255] as number)
  return ~crc >>> 0
}
