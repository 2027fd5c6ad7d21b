/** Safe repairs of an OME-XML text: sizes that do not fit the pages, Planes outside of them, renamed files, units that are spelt wrong, sizes of zero. */
import type { RepairKind, RepairProposal } from '../../../src-preload/contract/repair'
import { TextSplices } from '../edit/text-splices'
import { attributeOf, attributeSpan, eachElement, textOf, type XmlElement } from '../edit/xml-elements'
import { dimensionOrder } from '../tiff/plane-map'
import { bareName } from '../tiff/members'

export interface XmlFacts {
  /** Pages of the only file, where there is one image and one file; null otherwise. */
  readonly pages: number | null
  readonly samples: number
  /** Where a file is now that is not there under its name; null: as it is. */
  readonly renamed: (name: string, uuid: string) => string | null
}

interface Place {
  readonly kind: RepairKind
  readonly from: number
  readonly to: number
  readonly text: string
  readonly before: string
  readonly after: string
}

export interface Repairs {
  readonly proposals: readonly RepairProposal[]
  applied(kinds: ReadonlySet<RepairKind>): string
}

const TEXTS: Readonly<Record<RepairKind, string>> = {
  sizes: 'The metadata announces another number of planes than the file has pages.',
  orphans: 'There are records of planes outside of the image.',
  members: 'Files of the set are called otherwise than the metadata says.',
  units: 'Units are spelt in a way that other programs do not know.',
  zeros: 'Sizes or wavelengths of 0 make other programs drop all metadata; unknown is better than 0.'
}

/** Spellings of the units of OME (2016-06, UnitsLength, UnitsTime) that other programs write; the first µ is Greek. */
const UNITS: Readonly<Record<string, string>> = {
  μm: 'µm',
  um: 'µm',
  micron: 'µm',
  microns: 'µm',
  micrometer: 'µm',
  micrometers: 'µm',
  '\\u00B5m': 'µm',
  Âµm: 'µm',
  nanometer: 'nm',
  nanometers: 'nm',
  millimeter: 'mm',
  millimeters: 'mm',
  sec: 's',
  second: 's',
  seconds: 's',
  msec: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  minute: 'min',
  minutes: 'min'
}

export function xmlRepairs(text: string, facts: XmlFacts): Repairs {
  const places: Place[] = []
  const pixels: XmlElement[] = []
  const planes: XmlElement[] = []
  const blocks: XmlElement[] = []
  eachElement(text, (element) => {
    if (element.name === 'Pixels') pixels.push(element)
    if (element.name === 'Plane') planes.push(element)
    if (element.name === 'TiffData') blocks.push(element)
    if (element.name === 'UUID') places.push(...member(text, element, facts))
    if (['Pixels', 'Plane', 'Channel', 'StageLabel'].includes(element.name))
      places.push(...units(element), ...zeros(element))
  })
  const sizes = wrongSizes(pixels, blocks, facts)
  places.push(...sizes)
  if (sizes.length === 0) places.push(...orphans(text, planes))
  return repairsOf(text, places)
}

export function repairsOf(text: string, places: readonly Place[]): Repairs {
  const kinds = [...new Set(places.map(({ kind }) => kind))]
  return {
    proposals: kinds.map((kind) => {
      const all = places.filter((place) => place.kind === kind)
      const { before, after } = all[0] as Place
      return { kind, text: TEXTS[kind], places: all.length, before, after }
    }),
    applied(chosen) {
      const splices = new TextSplices()
      for (const { kind, from, to, text: fresh } of places)
        if (chosen.has(kind)) splices.replace(from, to, fresh)
      return splices.applied(text)
    }
  }
}

function units(element: XmlElement): Place[] {
  return [...element.attributes.matchAll(/\s(\w+Unit)\s*=/g)].flatMap(([, name]): Place[] => {
    const told = attributeOf(element, name ?? '') ?? ''
    const right = UNITS[told]
    const span = attributeSpan(element, name ?? '')
    if (right === undefined || span === null) return []
    return [
      { kind: 'units', ...span, text: `"${right}"`, before: `${name}="${told}"`, after: `${name}="${right}"` }
    ]
  })
}

const SIZES = [
  'PhysicalSizeX',
  'PhysicalSizeY',
  'PhysicalSizeZ',
  'TimeIncrement',
  'EmissionWavelength',
  'ExcitationWavelength'
]

/** The schema wants them above 0 and finite. */
function zeros(element: XmlElement): Place[] {
  return SIZES.flatMap((name): Place[] => {
    const told = attributeOf(element, name)
    const span = attributeSpan(element, name)
    if (told === null || span === null) return []
    const value = Number(told)
    if (Number.isFinite(value) && value > 0) return []
    const start = span.from - (/\s\w+\s*=\s*$/.exec(beforeOf(element, span.from))?.[0].length ?? 0)
    return [{ kind: 'zeros', from: start, to: span.to, text: '', before: `${name}="${told}"`, after: '–' }]
  })
}

/** The opening tag up to a place in it. */
const beforeOf = ({ from, tag, attributes }: XmlElement, at: number): string =>
  attributes.slice(0, at - from - 1 - tag.length)

function member(text: string, element: XmlElement, { renamed }: XmlFacts): Place[] {
  const name = attributeOf(element, 'FileName')
  const span = attributeSpan(element, 'FileName')
  if (name === null || span === null) return []
  const now = renamed(bareName(name), textOf(text, element).trim())
  if (now === null) return []
  return [{ kind: 'members', ...span, text: JSON.stringify(now), before: name, after: now }]
}

function wrongSizes(
  pixels: readonly XmlElement[],
  blocks: readonly XmlElement[],
  { pages, samples }: XmlFacts
): Place[] {
  const [only] = pixels
  if (pages === null || pages === 0 || only === undefined || pixels.length > 1 || blocks.length > 1) return []
  const size = (letter: string): number => Math.max(1, Number(attributeOf(only, `Size${letter}`) ?? 1))
  const channels = Math.ceil(size('C') / samples)
  const planes = size('Z') * size('T') * channels
  if (planes === pages || planes < 1) return []
  // the slowest axis is the one that grows while a recording runs
  const slowest = [...dimensionOrder(attributeOf(only, 'DimensionOrder') ?? '')].reverse()
  const axis = slowest.find((letter) => letter !== 'c')?.toUpperCase() ?? 'T'
  const right = pages / (planes / size(axis))
  const span = attributeSpan(only, `Size${axis}`)
  if (!Number.isInteger(right) || span === null) return []
  const before = `Size${axis}="${size(axis)}"`
  const places: Place[] = [
    { kind: 'sizes', ...span, text: `"${right}"`, before, after: `Size${axis}="${right}"` }
  ]
  const [block] = blocks
  const count = block === undefined ? null : attributeSpan(block, 'PlaneCount')
  if (count !== null) places.push({ kind: 'sizes', ...count, text: `"${pages}"`, before, after: '' })
  return places
}

function orphans(text: string, planes: readonly XmlElement[]): Place[] {
  return planes.flatMap((plane): Place[] => {
    const pixels = plane.parent
    if (pixels?.name !== 'Pixels') return []
    const outside = ['Z', 'C', 'T'].some(
      (letter) =>
        Number(attributeOf(plane, `The${letter}`) ?? 0) >=
        Number(attributeOf(pixels, `Size${letter}`) ?? Infinity)
    )
    if (!outside) return []
    const before = text.slice(plane.from, plane.inside)
    return [{ kind: 'orphans', from: plane.from, to: plane.to, text: '', before, after: '–' }]
  })
}
