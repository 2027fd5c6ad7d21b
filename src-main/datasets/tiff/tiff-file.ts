/** One open TIFF file: its chain of directories, its description, and the planes in it. */
import { basename } from 'node:path'
import { Failed } from '../../../src-preload/contract/failure'
import { openBytes, type ByteSource } from '../byte-source'
import type { MissingPlane, Plane, PlaneBox, PlanePart } from '../dataset'
import { looksLikeXml, rangeOf, textStart, type TextRange } from './description'
import { readHeader, TiffDamage, type Ifd } from './ifd'
import { ifdChain, type IfdChain } from './ifd-chain'
import { readLayout, Unsupported, type Layout } from './layout'
import { readOme, type OmeReader } from './ome-reader'
import { XmlRefused } from './ome-xml'
import { smallerCopies } from './pyramid'
import { readTiffPart, readTiffPlane, type ForeignDecoder } from './read-plane'
import { TAG } from './tags'

export interface TiffFile {
  readonly path: string
  readonly name: string
  readonly source: ByteSource
  readonly chain: IfdChain
  /** The start of tag 270 of the first directory, '' where there is none. */
  readonly description: string
  readonly descriptionRange: TextRange | null
  /** Layout of directory `ifd`, or why there is none. */
  layout(ifd: number, signal?: AbortSignal): Promise<Layout | MissingPlane>
  plane(ifd: number, signal?: AbortSignal): Promise<Plane | MissingPlane>
  /** Layouts of the picture of directory `ifd` and of its smaller copies, largest first; empty where it can't be read. */
  levels(ifd: number, signal?: AbortSignal): Promise<readonly Layout[]>
  part(ifd: number, box: PlaneBox, signal?: AbortSignal): Promise<PlanePart | MissingPlane>
  /** The same, where the layout is known. */
  partOf(layout: Layout, box: PlaneBox, signal?: AbortSignal): Promise<PlanePart | MissingPlane>
  /** The OME block of the first directory; null where there is none. Throws `XmlRefused`. */
  ome(signal?: AbortSignal): Promise<OmeReader | null>
  close(): void
}

/** Opens a file that begins like a TIFF; null where it doesn't. */
export async function openTiffFile(path: string, foreign: ForeignDecoder): Promise<TiffFile | null> {
  const source = openBytes(path)
  try {
    const header = readHeader(source)
    if (header === null) {
      source.close()
      return null
    }
    const chain = ifdChain(source, header)
    const first = await chain.at(0)
    if (first === null) {
      const { damage } = chain
      throw new Failed(
        'dataset.unreadable',
        damage === null ? `${path} is a TIFF without a page.` : `${path} is a damaged TIFF: ${damage}.`
      )
    }
    return tiffFile(source, chain, first, foreign)
  } catch (error) {
    source.close()
    throw error
  }
}

function tiffFile(source: ByteSource, chain: IfdChain, first: Ifd, foreign: ForeignDecoder): TiffFile {
  const { path } = source
  const entry = first.entries.get(TAG.imageDescription)
  const range = entry === undefined || entry.type > 2 ? null : rangeOf(entry)
  const description = range === null ? '' : textStart(source, range)

  async function layout(ifd: number, signal?: AbortSignal): Promise<Layout | MissingPlane> {
    try {
      const directory = await chain.at(ifd, signal)
      if (directory !== null) return readLayout(source, chain.header, directory)
      const { damage, known } = chain
      if (damage !== null)
        return { missing: 'damaged', reason: `${path} breaks off after ${known} pages: ${damage}.` }
      return { missing: 'missing', reason: `${path} has no page ${ifd + 1}; it has ${known}.` }
    } catch (error) {
      if (!(error instanceof TiffDamage || error instanceof Unsupported)) throw error
      return { missing: 'damaged', reason: `Page ${ifd + 1} of ${path} can't be read: ${error.message}.` }
    }
  }

  // A large picture is read by many parts, and its tables are long.
  let last: { readonly ifd: number; readonly size: number; readonly layouts: readonly Layout[] } | null = null

  async function levels(ifd: number, signal?: AbortSignal): Promise<readonly Layout[]> {
    if (last?.ifd === ifd && last.size === source.size) return last.layouts
    const layouts = await readLevels(ifd, signal)
    last = { ifd, size: source.size, layouts }
    return layouts
  }

  async function readLevels(ifd: number, signal?: AbortSignal): Promise<readonly Layout[]> {
    const found = await layout(ifd, signal)
    const directory = 'missing' in found ? null : await chain.at(ifd, signal)
    if ('missing' in found || directory === null) return []
    return [found, ...smallerCopies(source, chain.header, directory, found)]
  }

  return {
    path,
    name: basename(path),
    source,
    chain,
    description,
    descriptionRange: range,
    layout,
    async plane(ifd, signal) {
      const found = await layout(ifd, signal)
      return 'missing' in found ? found : readTiffPlane(source, found, foreign, signal)
    },
    levels,
    async part(ifd, box, signal) {
      const found = (await levels(ifd, signal))[box.level]
      if (found !== undefined) return readTiffPart(source, found, box, foreign, signal)
      const page = await layout(ifd, signal)
      if ('missing' in page) return page
      return { missing: 'missing', reason: `Page ${ifd + 1} of ${path} has no smaller copy ${box.level}.` }
    },
    partOf: (found, box, signal) => readTiffPart(source, found, box, foreign, signal),
    async ome(signal) {
      if (range === null || !looksLikeXml(description)) return null
      return readOme(source, range, signal)
    },
    close: () => source.close()
  }
}

/** The OME block, or a warning where it is refused. */
export async function omeOrWarning(
  file: TiffFile,
  warnings: string[],
  signal?: AbortSignal
): Promise<OmeReader | null> {
  const range = file.descriptionRange
  if (range !== null && range.at + range.length > file.source.size) {
    warnings.push(`The description of ${file.name} lies beyond the end of the file, which is cut short.`)
  }
  try {
    return await file.ome(signal)
  } catch (error) {
    if (!(error instanceof XmlRefused)) throw error
    warnings.push(`The metadata of ${file.name} is left out: ${error.message}.`)
    return null
  }
}
