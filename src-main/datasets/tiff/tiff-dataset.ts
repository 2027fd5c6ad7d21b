/** A TIFF, an OME-TIFF or a set of them as a dataset. */
import { basename, dirname, join } from 'node:path'
import { statSync } from 'node:fs'
import type { DatasetMetadata, DatasetState } from '../../../src-preload/contract/dataset'
import type { PlateMap } from '../../../src-preload/contract/plate'
import { Failed } from '../../../src-preload/contract/failure'
import { openBytes, type ByteSource } from '../byte-source'
import type { Dataset, MissingPlane } from '../dataset'
import { plateMap } from '../plates'
import { lazyTable, rowsOf, type LazyTable } from '../records/frame-table'
import { keysOf } from '../records/keys'
import { NO_RECORDING, type Recording } from '../records/recording'
import { globalAnnotations } from '../records/annotations'
import { looksLikeXml, textPieces, textStart, wholeText, type TextRange } from './description'
import { members, bareName, type Members } from './members'
import { planeAnnotations } from './ome-frames'
import type { OmeModel } from './ome-model'
import { readOme, type OmeReader } from './ome-reader'
import { usableImages } from './ome-records'
import { omeImages } from './ome-tiff'
import { XmlRefused } from './ome-xml'
import { benchframePart } from './benchframe-part'
import { imageJImage, isImageJ, plainImages } from './plain-tiff'
import type { ForeignDecoder } from './read-plane'
import { omeOrWarning, openTiffFile, type TiffFile } from './tiff-file'
import type { TiffImage } from './tiff-image'
import { xmlTree } from './xml-tree'

export interface TiffOptions {
  readonly foreign: ForeignDecoder
  readonly state: DatasetState
  /** What the journal of an unfinished recording tells; null where there is none. */
  readonly journal: Recording | null
  readonly signal?: AbortSignal | undefined
  /** How long planes may be counted. */
  readonly countMs?: number | undefined
}

/** The longest document that is shown raw. */
const MOST_RAW = 32 << 20

/** Where the metadata of a dataset stands: the description of its first page, or a companion. */
interface Document {
  readonly name: string
  readonly source: ByteSource
  readonly range: TextRange
  readonly owned: boolean
}

/** Opens a TIFF file; null where it is none. */
export async function openTiff(path: string, options: TiffOptions): Promise<Dataset | null> {
  const file = await openTiffFile(path, options.foreign)
  if (file === null) return null
  const warnings: string[] = []
  try {
    const reader = await omeOrWarning(file, warnings, options.signal)
    if (reader !== null && reader.head.binaryOnly !== null)
      return await openMember(file, reader.head, warnings, options)
    const range = file.descriptionRange
    const document = range === null ? null : { name: file.name, source: file.source, range, owned: false }
    return await opened(path, file, reader, document, warnings, options)
  } catch (error) {
    file.close()
    throw error
  }
}

/** A file whose block only points to another: the dataset is that one's. */
async function openMember(
  file: TiffFile,
  model: OmeModel,
  warnings: string[],
  options: TiffOptions
): Promise<Dataset> {
  const name = bareName(model.binaryOnly?.metadataFile ?? '')
  const path = join(dirname(file.path), name)
  if (name !== '' && path !== file.path && statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
    const dataset = (await openCompanion(path, options)) ?? (await openTiff(path, options))
    if (dataset !== null) {
      file.close()
      return dataset
    }
  }
  warnings.push(
    `The metadata of ${file.name} is in ${name === '' ? 'another file' : name}, which is missing; its pages are shown as they are.`
  )
  return opened(file.path, file, null, null, warnings, options)
}

/** Opens an OME-XML file that names the TIFF files of its planes; null where it is no XML. */
export async function openCompanion(path: string, options: TiffOptions): Promise<Dataset | null> {
  const source = openBytes(path)
  const range = { at: 0, length: source.size }
  if (!looksLikeXml(textStart(source, range))) {
    source.close()
    return null
  }
  try {
    const reader = await readOme(source, range, options.signal)
    const model = reader.head
    const withFiles = model.images.some(({ tiffData }) =>
      tiffData.some(({ uuid, fileName }) => uuid ?? fileName)
    )
    if (!withFiles) throw noPixels(path, model)
    const document = { name: basename(path), source, range, owned: true }
    const dataset = await opened(path, null, reader, document, [], options)
    if (dataset.images.some(({ readable }) => readable)) return dataset
    await dataset.close()
    const named = model.images.flatMap(({ tiffData }) =>
      tiffData.map(({ fileName, uuid }) => fileName ?? uuid ?? '')
    )
    throw new Failed(
      'dataset.unreadable',
      `The pixels of ${path} are in ${bareName(named[0] ?? '')}, which is not beside it.`,
      {
        next: 'Put all files of the set into one folder.'
      }
    )
  } catch (error) {
    source.close()
    if (error instanceof XmlRefused)
      throw new Failed('dataset.unreadable', `${path} is refused: ${error.message}.`)
    throw error
  }
}

function noPixels(path: string, model: OmeModel): Failed {
  const inline = model.images.some(({ inlinePixels }) => inlinePixels)
  if (model.binaryOnly !== null) {
    return new Failed('dataset.unsupported', `${path} only points to ${model.binaryOnly.metadataFile}.`, {
      next: 'Open that file.'
    })
  }
  if (inline)
    return new Failed(
      'dataset.unsupported',
      `${path} is OME-XML with its pixels inside the text, which Benchframe does not read.`
    )
  const what = model.images.length > 0 ? 'OME-XML without pixels' : 'XML without an OME image'
  return new Failed('dataset.unsupported', `${path} is ${what}.`)
}

async function opened(
  path: string,
  file: TiffFile | null,
  reader: OmeReader | null,
  document: Document | null,
  warnings: string[],
  options: TiffOptions
): Promise<Dataset> {
  const model = reader?.head ?? null
  const usable = model !== null && model.images.some(({ pixels }) => pixels !== null && pixels.sizeX > 0)
  const set = usable && reader !== null ? await omeSet(path, file, reader, warnings, options) : null
  if (set === null && model !== null)
    warnings.push('Its OME block describes no image; the pages are shown as they are.')
  if (model !== null) warnings.push(...model.warnings)
  const described = file?.description ?? ''
  const images = set?.images ?? (file === null ? [] : await pageImages(file, warnings, options.signal))
  if (images.length === 0) throw new Failed('dataset.unreadable', `${path} holds no image.`)
  if (set !== null) {
    const gone = [...set.members.missing]
    if (gone.length > 0)
      warnings.push(
        `Files of the set are missing: ${gone.slice(0, 10).join(', ')}${gone.length > 10 ? ', …' : ''}.`
      )
    warnings.push(...set.members.notes)
  }
  const table = lazyTable(images.map(({ frames }) => frames))
  return dataset({
    path,
    kind: set !== null ? 'ome-tiff' : isImageJ(described) ? 'imagej-tiff' : 'tiff',
    state: options.state,
    images,
    plates: set === null || model === null ? [] : platesOf(model, table.perImage),
    table,
    told: set?.told ?? NO_RECORDING,
    warnings: [...new Set(warnings)],
    document,
    hidden: async () =>
      set === null || reader === null ? new Set<string>() : planeAnnotations(await reader.whole()),
    close() {
      set?.members.close()
      set?.told.pixels?.close()
      file?.close()
      if (document?.owned === true) document.source.close()
    }
  })
}

async function omeSet(
  path: string,
  file: TiffFile | null,
  reader: OmeReader,
  warnings: string[],
  options: TiffOptions
): Promise<{ images: TiffImage[]; members: Members; told: Recording }> {
  const model = reader.head
  const found = members({ path, uuid: model.uuid, file }, options.foreign)
  const told = options.journal ?? benchframePart(globalAnnotations(model, planeAnnotations(model)))
  const { countMs } = options
  const set = { reader, members: found, recording: told, warnings, countMs }
  try {
    return { images: await omeImages(set, options.signal), members: found, told }
  } catch (error) {
    found.close()
    throw error
  }
}

async function pageImages(file: TiffFile, warnings: string[], signal?: AbortSignal): Promise<TiffImage[]> {
  return isImageJ(file.description)
    ? [await imageJImage(file, warnings, signal)]
    : plainImages(file, warnings, signal)
}

function platesOf(model: OmeModel, frames: readonly number[]): PlateMap[] {
  const numbers = new Map(usableImages(model).map(({ id }, number) => [id, number]))
  return model.plates.flatMap((plate) => {
    const wells = plate.wells.map((well) => ({
      ...well,
      images: well.images.flatMap((id) => numbers.get(id) ?? [])
    }))
    return plateMap({ ...plate, wells }, frames) ?? []
  })
}

interface Parts {
  readonly path: string
  readonly kind: Dataset['kind']
  readonly state: DatasetState
  readonly images: readonly TiffImage[]
  readonly plates: readonly PlateMap[]
  readonly table: LazyTable
  readonly told: Recording
  readonly warnings: readonly string[]
  readonly document: Document | null
  readonly hidden: () => Promise<ReadonlySet<string>>
  readonly close: () => void
}

function dataset(parts: Parts): Dataset {
  const { path, kind, state, images, table, told, document } = parts
  function placeOf<T>(
    image: number,
    index: readonly number[],
    read: (found: TiffImage) => Promise<T | MissingPlane>
  ): Promise<T | MissingPlane> {
    const found = images[image]
    const nothing = (reason: string): Promise<MissingPlane> =>
      Promise.resolve({ missing: 'never acquired', reason })
    if (found === undefined) return nothing(`${path} has no such image.`)
    const inside =
      index.length === found.outer.length && index.every((at, i) => at >= 0 && at < (found.outer[i] ?? 0))
    return inside
      ? read(found)
      : nothing(`${path} has no plane at [${index.join(', ')}] of ${found.info.name}.`)
  }
  return {
    path,
    kind,
    state,
    images: images.map(({ info }) => info),
    plates: parts.plates,
    warnings: parts.warnings,
    frames: table.frames,
    imageFrames: table.perImage,
    globals: told.globals,
    finish: told.finish,
    rows: async (from, count, signal) => rowsOf(await table.get(signal), from, count),
    keys: async () => keysOf(await table.get(), told.schema),
    events: () => Promise.resolve(told.events),
    plane: (image, index, signal) => placeOf(image, index, (found) => found.plane(index, signal)),
    levels: (image) => images[image]?.levels ?? [],
    part: (image, index, box, signal) => placeOf(image, index, (found) => found.part(index, box, signal)),
    labels: () => Promise.resolve([]),
    isThere: (image, index) => images[image]?.isThere(index) ?? Promise.resolve(false),
    metadata: async () => metadataOf(document, await parts.hidden()),
    close() {
      parts.close()
      return Promise.resolve()
    }
  }
}

async function metadataOf(document: Document | null, hidden: ReadonlySet<string>): Promise<DatasetMetadata> {
  if (document === null) return { tree: [], raw: [] }
  const { name, source, range } = document
  const text = await wholeText(source, range, MOST_RAW)
  if (!looksLikeXml(text.slice(0, 2048))) {
    return { tree: [{ name: 'ImageDescription', value: text }], raw: [{ name, text }] }
  }
  const tree = await xmlTree(textPieces(source, range), (id) => hidden.has(id))
  return { tree, raw: [{ name: `${name} (OME-XML)`, text }] }
}
