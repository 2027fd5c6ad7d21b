/** Where the things that can be edited stand in an OME-XML text. Source: OME schema 2016-06. */
import { attributeOf, eachElement, textOf, XmlBroken, type XmlElement } from './xml-elements'

export interface PlanePlaces {
  readonly element: XmlElement
  readonly refs: readonly XmlElement[]
}

export interface ImagePlaces {
  readonly element: XmlElement
  readonly pixels: XmlElement
  readonly description: XmlElement | null
  readonly date: XmlElement | null
  readonly experimenterRef: XmlElement | null
  readonly channels: readonly XmlElement[]
  /** By "z,c,t". */
  readonly planes: ReadonlyMap<string, PlanePlaces>
}

export interface OmePlaces {
  readonly text: string
  readonly root: XmlElement
  readonly images: readonly ImagePlaces[]
  readonly experimenters: readonly XmlElement[]
  /** Where an Experimenter may be put (schema: before ExperimenterGroup, Instrument and Image). */
  readonly experimenterAt: number
  readonly annotations: XmlElement | null
  readonly maps: ReadonlyMap<string, XmlElement>
  /** MapAnnotations with a namespace, which no Plane refers to. */
  readonly globals: ReadonlyMap<string, XmlElement>
  /** How often each annotation is referred to. */
  readonly uses: ReadonlyMap<string, number>
  /** Greatest number in an ID such as Annotation:12; -1 where there is none. */
  readonly lastId: number
}

/** A pair of a MapAnnotation. */
export interface Pair {
  readonly key: string
  readonly value: string
  readonly element: XmlElement
}

export const planeKey = (z: number, c: number, t: number): string => `${z},${c},${t}`

const number = (element: XmlElement, name: string): number => Number(attributeOf(element, name) ?? 0)

/** Null where the text is no sound OME block with images. */
export function omePlaces(text: string): OmePlaces | null {
  try {
    return placesIn(text)
  } catch (error) {
    if (error instanceof XmlBroken) return null
    throw error
  }
}

function placesIn(text: string): OmePlaces | null {
  let root: XmlElement | null = null
  let annotations: XmlElement | null = null
  let before = Infinity
  let lastId = -1
  const images: ImagePlaces[] = []
  const experimenters: XmlElement[] = []
  const maps = new Map<string, XmlElement>()
  const uses = new Map<string, number>()
  const ofPlanes = new Set<string>()
  let image = newImage()
  let refs: XmlElement[] = []
  eachElement(text, (element) => {
    const parent = element.parent?.name ?? ''
    const grandParent = element.parent?.parent?.name ?? ''
    switch (element.name) {
      case 'OME':
        root = element
        return
      case 'AnnotationRef': {
        const id = attributeOf(element, 'ID') ?? ''
        uses.set(id, (uses.get(id) ?? 0) + 1)
        if (parent === 'Plane') {
          refs.push(element)
          ofPlanes.add(id)
        }
        return
      }
      case 'Plane':
        if (parent === 'Pixels')
          image.planes.set(
            planeKey(number(element, 'TheZ'), number(element, 'TheC'), number(element, 'TheT')),
            { element, refs }
          )
        refs = []
        return
      case 'Channel':
        if (parent === 'Pixels') image.channels.push(element)
        return
      case 'Pixels':
        if (parent === 'Image') image.pixels ??= element
        return
      case 'Description':
        if (parent === 'Image') image.description = element
        return
      case 'AcquisitionDate':
        if (parent === 'Image') image.date = element
        return
      case 'ExperimenterRef':
        if (parent === 'Image') image.experimenterRef = element
        return
      case 'Image':
        before = Math.min(before, element.from)
        if (image.pixels !== null && isUsable(image.pixels))
          images.push({ ...image, element, pixels: image.pixels })
        image = newImage()
        return
      case 'ExperimenterGroup':
      case 'Instrument':
        if (parent === 'OME') before = Math.min(before, element.from)
        return
      case 'Experimenter':
        if (parent === 'OME') experimenters.push(element)
        return
      case 'StructuredAnnotations':
        annotations = element
        return
      case 'MapAnnotation':
        maps.set(attributeOf(element, 'ID') ?? '', element)
    }
    if (parent === 'StructuredAnnotations' || grandParent === 'StructuredAnnotations') {
      const digits = /^Annotation:(\d+)$/.exec(attributeOf(element, 'ID') ?? '')?.[1]
      if (digits !== undefined) lastId = Math.max(lastId, Number(digits))
    }
  })
  if (root === null || images.length === 0) return null
  const globals = new Map<string, XmlElement>()
  for (const [id, element] of maps) {
    const namespace = attributeOf(element, 'Namespace')
    if (namespace !== null && !ofPlanes.has(id) && !globals.has(namespace)) globals.set(namespace, element)
  }
  return {
    text,
    root,
    images,
    experimenters,
    experimenterAt: before,
    annotations,
    maps,
    globals,
    uses,
    lastId
  }
}

/** The images that the reader shows, so that their numbers are the same. */
const isUsable = (pixels: XmlElement): boolean =>
  ['SizeX', 'SizeY'].every((name) => /^\s*0*[1-9]\d*\s*$/.test(attributeOf(pixels, name) ?? ''))

function newImage(): {
  pixels: XmlElement | null
  description: XmlElement | null
  date: XmlElement | null
  experimenterRef: XmlElement | null
  channels: XmlElement[]
  planes: Map<string, PlanePlaces>
} {
  return {
    pixels: null,
    description: null,
    date: null,
    experimenterRef: null,
    channels: [],
    planes: new Map()
  }
}

/** The pairs of a MapAnnotation, with places in the whole text. */
export function pairsOf(text: string, map: XmlElement): Pair[] {
  const pairs: Pair[] = []
  eachElement(text.slice(map.from, map.to), (found) => {
    if (found.name !== 'M') return
    const element = {
      ...found,
      from: found.from + map.from,
      inside: found.inside + map.from,
      end: found.end + map.from,
      to: found.to + map.from
    }
    pairs.push({ key: attributeOf(element, 'K') ?? '', value: textOf(text, element), element })
  })
  return pairs
}
