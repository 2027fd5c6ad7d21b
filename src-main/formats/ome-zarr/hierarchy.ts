/** The groups of an OME-Zarr and their documents: one image at the root, positions (bioformats2raw layout), or plate, wells and fields. */
import type { FrameEntry, ImagePlan, RecordSource, StreamPlan } from '../file-sink'
import { channelName } from '../ome-xml/form-elements'
import type { Plate } from '../settings'
import type { Grid } from './grid'
import { multiscales, NGFF_VERSION, omero, type Window } from './image-attributes'
import { listText, objectText, valueText, type Loose } from './json'

/** Version of the layout of `ome_writers`, the reference's own. */
const FRAME_METADATA_VERSION = '0.3'

export type Attributes = Iterable<readonly [string, Iterable<string> | string]>

export interface Group {
  /** Below the root; '' is the root. */
  readonly path: string
  /** Fresh at each call: it may be streamed. */
  readonly attributes: () => Attributes
}

export interface HierarchyInput {
  readonly plan: StreamPlan
  readonly grid: Grid
  /** The images that are in it. */
  readonly images: readonly ImagePlan[]
  /** null while recording: records are in the journal until the end. */
  readonly records: RecordSource | null
  readonly window: (image: number, channel: number) => Window | null
}

/** Group of an image: plan names it for positions and plates, a single image is the root itself. */
export const imagePath = (image: ImagePlan): string => image.part

/** All groups, each after its members but for `OME`; the root comes last, since readers start there. */
export function groupsOf(input: HierarchyInput): Group[] {
  const { plan, images } = input
  if (plan.positionAxis === null) {
    const [image] = images
    const attributes =
      image === undefined ? () => [] : () => [...imageAttributes(input, image), ...rootAttributes(input)]
    return [plain('OME'), { path: '', attributes }]
  }
  const members = images.map((image) => ({
    path: imagePath(image),
    attributes: () => imageAttributes(input, image)
  }))
  const series = group('OME', { series: images.map(imagePath) })
  const kind =
    plan.plate === null ? { 'bioformats2raw.layout': 3 } : { plate: plateOf(plan, plan.plate, images) }
  const root = { path: '', attributes: () => [...ome(kind), ...rootAttributes(input)] }
  return [...members, ...(plan.plate === null ? [] : wellGroups(images)), series, root]
}

const plain = (path: string): Group => ({ path, attributes: () => [] })
const ome = (content: { readonly [key: string]: Loose }): Attributes => [
  ['ome', valueText({ version: NGFF_VERSION, ...content })]
]
const group = (path: string, content: { readonly [key: string]: Loose }): Group => ({
  path,
  attributes: () => ome(content)
})

export function groupText(group: Group): Iterable<string> {
  return objectText([
    ['zarr_format', '3'],
    ['node_type', '"group"'],
    ['attributes', objectText(group.attributes())]
  ])
}

function imageAttributes(input: HierarchyInput, image: ImagePlan): Attributes {
  const { plan, grid, records, window } = input
  const channels = grid.axes.find((axis) => axis.plan.type === 'channel')?.plan.count ?? 1
  const form = records?.globals.get(FORM_NAMESPACE)
  const typedName = (c: number, count: number): string | undefined => channelName(form, c, count)
  const windows = Array.from({ length: channels }, (_, c) => window(image.index, c))
  return [
    ...ome({
      multiscales: multiscales(plan, grid, image.name),
      omero: omero(plan, grid, windows, typedName)
    }),
    [
      'ome_writers',
      objectText([
        ['version', valueText(FRAME_METADATA_VERSION)],
        ['frame_metadata', listText(frameLines(grid, records === null ? [] : records.frames(image.index)))]
      ])
    ]
  ]
}

/** The record as journaled, with the place of its frame as the last key. */
function* frameLines(grid: Grid, frames: Iterable<FrameEntry>): Generator<string> {
  const at = grid.axes.map((axis) => axis.at)
  for (const { record, index } of frames) {
    const place = at.map((k) => index[k] as number).join(',')
    const lead = record === '{}' ? '{' : `${record.slice(0, -1)},`
    yield `${lead}"storage_index":[${place}]}`
  }
}

/** Names that the root has taken; global metadata under one of them goes below `benchframe`. */
const TAKEN = new Set(['ome', 'ome_writers', 'benchframe'])
export const FORM_NAMESPACE = 'benchframe/form'

function rootAttributes({ plan, records }: HierarchyInput): Attributes {
  if (records === null)
    return [['benchframe', valueText({ creator: plan.creator, started_at: plan.startedAt })]]
  const globals = [...records.globals].filter(([namespace]) => namespace !== FORM_NAMESPACE)
  const shadowed = globals.filter(([namespace]) => TAKEN.has(namespace))
  const benchframe: Attributes = [
    ['creator', valueText(plan.creator)],
    ...(plan.startedAt === '' ? [] : [['started_at', valueText(plan.startedAt)] as const]),
    ['settings', valueText(settingsOf(plan))],
    ['keys', valueText(records.keys as unknown as Loose)],
    ['form', valueText(records.globals.get(FORM_NAMESPACE) ?? null)],
    ['events', listText(eventLines(records))],
    ['finish', valueText(records.finish)],
    ...(shadowed.length === 0 ? [] : [['globals', valueText(Object.fromEntries(shadowed))] as const])
  ]
  return [
    ...globals
      .filter(([namespace]) => !TAKEN.has(namespace))
      .map(([key, value]) => [key, valueText(value)] as const),
    ['benchframe', objectText(benchframe)]
  ]
}

function* eventLines(records: RecordSource): Generator<string> {
  for (const event of records.events) yield valueText(event as unknown as Loose)
}

/** The plan without what is only this machine's: paths. */
function settingsOf(plan: StreamPlan): Loose {
  const { folder: _folder, tiffPath: _tiff, zarrPath: _zarr, ...settings } = plan
  return settings as unknown as Loose
}

// --------------------------------------------------------------------------------------------------------------- plates

const wellPath = (image: ImagePlan): string => imagePath(image).split('/').slice(0, 2).join('/')

function plateOf(plan: StreamPlan, plate: Plate, images: readonly ImagePlan[]): Loose {
  const wells = [...new Set(images.map(wellPath))]
  const fields = wells.map((well) => images.filter((image) => wellPath(image) === well).length)
  return {
    name: plate.name ?? plan.stem,
    rows: plate.rowNames.map((name) => ({ name })),
    columns: plate.columnNames.map((name) => ({ name })),
    wells: wells.map((path) => {
      const [row, column] = path.split('/') as [string, string]
      return { path, rowIndex: plate.rowNames.indexOf(row), columnIndex: plate.columnNames.indexOf(column) }
    }),
    field_count: Math.max(1, ...fields),
    acquisitions: [
      {
        id: 0,
        maximumfieldcount: Math.max(1, ...fields),
        ...(plan.startedAt === '' ? {} : { starttime: Math.floor(Date.parse(plan.startedAt) / 1000) })
      }
    ]
  }
}

function wellGroups(images: readonly ImagePlan[]): Group[] {
  const wells = [...new Set(images.map(wellPath))]
  const rows = [...new Set(wells.map((well) => well.split('/')[0] as string))]
  return [
    ...wells.map((well) => {
      const fields = images.filter((image) => wellPath(image) === well)
      return group(well, {
        well: {
          images: fields.map((image) => ({ path: imagePath(image).split('/')[2] as string, acquisition: 0 }))
        }
      })
    }),
    ...rows.map(plain)
  ]
}
