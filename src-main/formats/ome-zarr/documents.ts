/** Writes the documents of an OME-Zarr: groups, arrays, and OME/METADATA.ome.xml. Every one is replaced as a whole. */
import { dirname, join } from 'node:path'
import type { Disk } from '../disk'
import type { ImagePlan, RecordSource, StreamPlan } from '../file-sink'
import { imageSizes } from '../layout'
import { writeOmeXml } from '../ome-xml/ome-xml'
import { arrayDocument } from './array-document'
import { replaceDocuments, type DocumentBatch } from './document-batch'
import { makeGrid, type Grid } from './grid'
import { groupsOf, groupText, imagePath, type HierarchyInput } from './hierarchy'
import { valueText } from './json'
import { makeFolder, removeTree } from './open-files'
import { levelPlans } from './pyramid'

/**
 * With more frames their records are in `frame_metadata` alone: readers that parse the XML when they open a dataset take 0.26 ms a plane
 * (ome-types), which must not become minutes.
 */
const MOST_PLANES_IN_XML = 10_000

export const arrayFolder = (root: string, image: ImagePlan, level: number): string =>
  join(root, imagePath(image), String(level))

/** Shape of an image's array, in storage order, from its sizes along plan.axes. */
export const arrayShape = (grid: Grid, sizes: readonly number[]): number[] => [
  ...grid.axes.map((axis) => sizes[axis.at] as number),
  grid.y.size,
  grid.x.size
]

export function addArrayDocument(
  batch: DocumentBatch,
  { plan, grid, level }: { readonly plan: StreamPlan; readonly grid: Grid; readonly level: number },
  image: ImagePlan,
  sizes: readonly number[]
): void {
  const path = join(arrayFolder(plan.zarrPath as string, image, level), 'zarr.json')
  batch.add(path, (put) => {
    put(valueText(arrayDocument(plan, grid, arrayShape(grid, sizes))))
  })
}

export function addGroups(batch: DocumentBatch, disk: Disk, input: HierarchyInput): void {
  const root = input.plan.zarrPath as string
  for (const group of groupsOf(input)) {
    const folder = join(root, group.path)
    makeFolders(disk, root, folder)
    batch.add(join(folder, 'zarr.json'), (put) => {
      for (const piece of groupText(group)) put(piece)
    })
  }
}

/** Makes the folders from `root`, which is there, down to `folder`. */
export function makeFolders(disk: Disk, root: string, folder: string): void {
  if (folder === root) return
  makeFolders(disk, root, dirname(folder))
  makeFolder(disk, folder)
}

/** The images that are in the finished dataset. */
export const imagesWithFrames = (plan: StreamPlan, records: RecordSource): ImagePlan[] =>
  plan.images.filter((image) => records.planes(image.index) > 0)

/** What a finished dataset says about itself; images without a frame are taken out of it. */
export function writeFinalDocuments(
  disk: Disk,
  input: HierarchyInput & { readonly records: RecordSource }
): void {
  const { plan, images, records } = input
  const root = plan.zarrPath as string
  for (const image of plan.images) if (!images.includes(image)) removeImage(disk, root, image, images)
  makeFolder(disk, join(root, 'OME'))
  replaceDocuments(disk, (batch) => {
    levelPlans(plan).forEach((levelPlan, level) => {
      const shape = { plan: levelPlan, grid: makeGrid(levelPlan), level }
      for (const image of images) addArrayDocument(batch, shape, image, finalSizes(plan, records, image))
    })
    batch.add(join(root, 'OME/METADATA.ome.xml'), (put) => {
      writeOmeXml(plan, records, { kind: 'ome-zarr', planes: records.count <= MOST_PLANES_IN_XML }, put)
    })
    addGroups(batch, disk, input)
  })
}

/** Deletes an image's group, and the well and row that would be left without one. */
function removeImage(disk: Disk, root: string, image: ImagePlan, others: readonly ImagePlan[]): void {
  const parts = imagePath(image).split('/')
  const branch = parts
    .map((_, depth) => parts.slice(0, depth + 1).join('/'))
    .find((path) => !others.some((other) => `${imagePath(other)}/`.startsWith(`${path}/`)))
  if (branch !== undefined && branch !== '') removeTree(disk, join(root, branch))
}

const finalSizes = (plan: StreamPlan, records: RecordSource, image: ImagePlan): number[] =>
  imageSizes(plan, records.planes(image.index))
