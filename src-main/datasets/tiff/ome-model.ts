/** What is kept of an OME-XML block: what is needed to find the planes and their records. Source: OME schema 2016-06. */
import type { Rows } from '../records/row-store'

export interface TiffDataBlock {
  readonly ifd: number | null
  readonly firstZ: number
  readonly firstC: number
  readonly firstT: number
  readonly planeCount: number | null
  uuid: string | null
  fileName: string | null
}

export interface OmeChannel {
  readonly name: string | null
  readonly samples: number
  readonly color: string | null
}

/** Plane elements of one image, in the order of the file. */
export interface OmePlanes {
  readonly z: number[]
  readonly c: number[]
  readonly t: number[]
  /** Row in `OmeModel.planeRows`. */
  readonly row: number[]
  /** IDs of the annotations that each refers to. */
  readonly refs: (string | readonly string[] | null)[]
}

export interface OmeImage {
  readonly id: string
  readonly name: string | null
  readonly annotationRefs: string[]
  readonly channels: OmeChannel[]
  readonly tiffData: TiffDataBlock[]
  readonly planes: OmePlanes
  pixels: OmePixels | null
  /** Plane elements that were left out of a shortened block. */
  leftOut: number
  /** Pixels are inline in the XML, or there are none. */
  inlinePixels: boolean
  noPixels: boolean
}

export interface OmePixels {
  readonly order: string
  readonly type: string
  readonly sizeX: number
  readonly sizeY: number
  readonly sizeZ: number
  readonly sizeC: number
  readonly sizeT: number
  /** Physical size of x, y, z and time increment with their units, where given. */
  readonly scales: Readonly<
    Record<'x' | 'y' | 'z' | 't', { readonly value: number; readonly unit: string } | null>
  >
}

export interface MapAnnotations {
  readonly ids: string[]
  readonly namespaces: (string | null)[]
  /** Row i holds the pairs of annotation i as texts. */
  readonly rows: Rows
}

/** Plate of OME 2016-06, what is needed to find a well's images. */
export interface OmePlate {
  readonly name: string
  readonly rows: number | null
  readonly columns: number | null
  readonly rowNaming: 'letter' | 'number'
  readonly columnNaming: 'letter' | 'number'
  readonly wells: { readonly row: number; readonly column: number; readonly images: string[] }[]
}

export interface OmeModel {
  readonly uuid: string | null
  readonly creator: string | null
  readonly binaryOnly: { readonly metadataFile: string; readonly uuid: string | null } | null
  readonly images: readonly OmeImage[]
  readonly plates: readonly OmePlate[]
  readonly annotations: MapAnnotations
  /** Plane attributes, by record key. */
  readonly planeRows: Rows
  readonly warnings: readonly string[]
}
