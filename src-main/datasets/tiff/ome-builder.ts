/** Builds the model of an OME block from its elements as they come. Knows the elements, attributes and units of OME 2016-06 and what older ones called them. */
import { rowStore } from '../records/row-store'
import { LEFT_OUT } from './ome-head'
import type { OmeImage, OmeModel, OmePixels, OmePlate, TiffDataBlock } from './ome-model'

type Attributes = Readonly<Record<string, string>>

const whole = (text: string | undefined, otherwise: number): number => {
  const number = Number(text)
  return text !== undefined && text.trim() !== '' && Number.isSafeInteger(number) && number >= 0
    ? number
    : otherwise
}

/** Plane attributes with the record's key and the factor of each unit to the key's own (s, µm). */
const PLANE_ATTRIBUTES = [
  ['DeltaT', 'delta_t'],
  ['ExposureTime', 'exposure_time'],
  ['PositionX', 'position_x'],
  ['PositionY', 'position_y'],
  ['PositionZ', 'position_z']
] as const

const FACTORS: Readonly<Record<string, number>> = {
  s: 1,
  ms: 1e-3,
  µs: 1e-6,
  ns: 1e-9,
  min: 60,
  h: 3600,
  d: 86_400,
  µm: 1,
  'reference frame': 1,
  mm: 1e3,
  cm: 1e4,
  m: 1e6,
  nm: 1e-3,
  Å: 1e-4,
  pixel: 1
}

/** OME's colour: a signed integer of red, green, blue, alpha. */
function color(text: string | undefined): string | null {
  const number = Number(text)
  if (text === undefined || !Number.isInteger(number)) return null
  return `#${((number >>> 8) & 0xffffff).toString(16).padStart(6, '0')}`
}

function scaleOf(value: string | undefined, unit: string): { value: number; unit: string } | null {
  const number = Number(value)
  return value !== undefined && Number.isFinite(number) && number > 0 ? { value: number, unit } : null
}

function pixelsOf(a: Attributes): OmePixels {
  return {
    order: a['DimensionOrder'] ?? 'XYZCT',
    type: a['Type'] ?? a['PixelType'] ?? '',
    sizeX: whole(a['SizeX'], 0),
    sizeY: whole(a['SizeY'], 0),
    sizeZ: whole(a['SizeZ'], 1),
    sizeC: whole(a['SizeC'], 1),
    sizeT: whole(a['SizeT'], 1),
    scales: {
      x: scaleOf(a['PhysicalSizeX'], a['PhysicalSizeXUnit'] ?? 'µm'),
      y: scaleOf(a['PhysicalSizeY'], a['PhysicalSizeYUnit'] ?? 'µm'),
      z: scaleOf(a['PhysicalSizeZ'], a['PhysicalSizeZUnit'] ?? 'µm'),
      t: scaleOf(a['TimeIncrement'], a['TimeIncrementUnit'] ?? 's')
    }
  }
}

function tiffData(a: Attributes): TiffDataBlock {
  const count = a['PlaneCount'] ?? a['NumPlanes']
  return {
    ifd: a['IFD'] === undefined ? null : whole(a['IFD'], 0),
    firstZ: whole(a['FirstZ'], 0),
    firstC: whole(a['FirstC'], 0),
    firstT: whole(a['FirstT'], 0),
    planeCount: count === undefined ? null : whole(count, 1),
    uuid: null,
    fileName: null
  }
}

const naming = (text: string | undefined, otherwise: 'letter' | 'number'): 'letter' | 'number' =>
  text === 'letter' || text === 'number' ? text : otherwise

/** Without a convention rows have letters and columns numbers, as they are printed on plates. */
function plateOf(a: Attributes): OmePlate {
  const count = (text: string | undefined): number | null => (text === undefined ? null : whole(text, 0))
  return {
    name: a['Name'] ?? '',
    rows: count(a['Rows']),
    columns: count(a['Columns']),
    rowNaming: naming(a['RowNamingConvention'], 'letter'),
    columnNaming: naming(a['ColumnNamingConvention'], 'number'),
    wells: []
  }
}

export interface Builder {
  readonly open: (name: string, parent: string, attributes: Attributes) => void
  readonly close: (name: string, parent: string, text: string) => void
  readonly model: (warnings: readonly string[]) => OmeModel
}

export function omeBuilder(warn: (text: string) => void): Builder {
  const images: OmeImage[] = []
  const plates: OmePlate[] = []
  const planeRows = rowStore()
  const annotations = { ids: [] as string[], namespaces: [] as (string | null)[], rows: rowStore() }
  let uuid: string | null = null
  let creator: string | null = null
  let binaryOnly: OmeModel['binaryOnly'] = null
  /** Of a key that stands twice the last value counts. */
  let map: { id: string; namespace: string | null; values: Map<string, string> } | null = null
  let key = ''

  function plane(image: OmeImage, a: Attributes): void {
    const keys: string[] = []
    const values: number[] = []
    for (const [attribute, name] of PLANE_ATTRIBUTES) {
      const text = a[attribute]
      if (text === undefined) continue
      const factor = FACTORS[a[`${attribute}Unit`] ?? 's']
      const number = Number(text)
      if (text.trim() === '' || !Number.isFinite(number))
        warn(`A Plane has ${attribute}="${text}", which is no number`)
      else if (factor === undefined)
        warn(`A Plane has ${attribute} in the unknown unit "${a[`${attribute}Unit`]}"`)
      if (text.trim() === '' || !Number.isFinite(number)) continue
      keys.push(name)
      values.push(factor === undefined || factor === 1 ? number : number * factor)
    }
    image.planes.z.push(whole(a['TheZ'], 0))
    image.planes.c.push(whole(a['TheC'], 0))
    image.planes.t.push(whole(a['TheT'], 0))
    image.planes.row.push(planeRows.addValues(keys, values))
    image.planes.refs.push(null)
  }

  function annotationRef(image: OmeImage, parent: string, id: string): void {
    const { refs } = image.planes
    if (parent === 'Image') image.annotationRefs.push(id)
    if (parent !== 'Plane' || refs.length === 0) return
    const before = refs[refs.length - 1] ?? null
    refs[refs.length - 1] = before === null ? id : [...(typeof before === 'string' ? [before] : before), id]
  }

  function open(name: string, parent: string, a: Attributes): void {
    const image = images[images.length - 1]
    switch (name) {
      case 'OME':
        uuid = a['UUID'] ?? null
        creator = a['Creator'] ?? null
        return
      case 'BinaryOnly':
        binaryOnly = { metadataFile: a['MetadataFile'] ?? '', uuid: a['UUID'] ?? null }
        return
      case 'Image':
        images.push({
          id: a['ID'] ?? '',
          name: a['Name'] ?? null,
          annotationRefs: [],
          channels: [],
          tiffData: [],
          planes: { z: [], c: [], t: [], row: [], refs: [] },
          pixels: null,
          leftOut: 0,
          inlinePixels: false,
          noPixels: false
        })
        return
      case 'Plate':
        plates.push(plateOf(a))
        return
      case 'Well':
        plates[plates.length - 1]?.wells.push({
          row: whole(a['Row'], 0),
          column: whole(a['Column'], 0),
          images: []
        })
        return
      case 'ImageRef':
        if (parent === 'WellSample') plates[plates.length - 1]?.wells.slice(-1)[0]?.images.push(a['ID'] ?? '')
        return
      case 'MapAnnotation':
        map = { id: a['ID'] ?? '', namespace: a['Namespace'] ?? null, values: new Map() }
        return
      case 'M':
        key = a['K'] ?? ''
        return
      default:
        if (image !== undefined) openInImage(image, name, parent, a)
    }
  }

  function openInImage(image: OmeImage, name: string, parent: string, a: Attributes): void {
    switch (name) {
      case 'Pixels':
        image.pixels ??= pixelsOf(a)
        return
      case 'Channel':
        if (parent !== 'Pixels') return
        image.channels.push({
          name: a['Name'] ?? null,
          samples: whole(a['SamplesPerPixel'], 1),
          color: color(a['Color'])
        })
        return
      case 'TiffData':
        image.tiffData.push(tiffData(a))
        return
      case 'UUID': {
        const block = image.tiffData[image.tiffData.length - 1]
        if (parent === 'TiffData' && block !== undefined) block.fileName = a['FileName'] ?? null
        return
      }
      case 'Plane':
      case 'PlaneTiming':
        if (parent === 'Pixels') plane(image, a)
        return
      case 'AnnotationRef':
        annotationRef(image, parent, a['ID'] ?? '')
        return
      case LEFT_OUT:
        image.leftOut += whole(a['N'], 0)
        return
      case 'BinData':
        if (parent === 'Pixels') image.inlinePixels = true
        return
      case 'MetadataOnly':
        image.noPixels = true
    }
  }

  function close(name: string, parent: string, text: string): void {
    if (name === 'UUID' && parent === 'TiffData') {
      const blocks = images[images.length - 1]?.tiffData ?? []
      const block = blocks[blocks.length - 1]
      if (block !== undefined) block.uuid = text.trim()
    } else if (name === 'M' && map !== null) {
      map.values.set(key, text)
    } else if (name === 'MapAnnotation' && map !== null) {
      annotations.ids.push(map.id)
      annotations.namespaces.push(map.namespace)
      annotations.rows.addTexts([...map.values.keys()], [...map.values.values()])
      map = null
    }
  }

  return {
    open,
    close,
    model: (warnings) => ({ uuid, creator, binaryOnly, images, plates, annotations, planeRows, warnings })
  }
}
