/** What differs in the metadata of two datasets: paths with the values on both sides. */
import type { DatasetInfo, MetadataNode } from '../../src-preload/contract/dataset'

export interface MetadataDifference {
  readonly path: string
  readonly left: string | null
  readonly right: string | null
  readonly same: boolean
}

const NO_UNIT = 'without unit'
export const FACTS = 'Dataset'
export const SEPARATOR = ' › '

/** Values by path; of several with one name each has its number. */
export function pathsOf(tree: readonly MetadataNode[]): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (nodes: readonly MetadataNode[], above: string): void => {
    const seen = new Map<string, number>()
    const named = new Map<string, number>()
    for (const { name } of nodes) named.set(name, (named.get(name) ?? 0) + 1)
    for (const { name, value, children } of nodes) {
      const number = (seen.get(name) ?? 0) + 1
      seen.set(name, number)
      const own = (named.get(name) ?? 0) > 1 ? `${name} ${number}` : name
      const path = above === '' ? own : above + SEPARATOR + own
      if (value !== undefined) found.set(path, value)
      if (children !== undefined) walk(children, path)
    }
  }
  walk(tree, '')
  return found
}

/** What the records of the frames have. */
interface KeysAndUnits {
  readonly keys: readonly string[]
  readonly units: Readonly<Record<string, string>>
}

/** What every format says of a dataset, in the same words, so that a TIFF and a Zarr can be compared as well. */
export function factsOf(info: DatasetInfo, { keys, units }: KeysAndUnits): MetadataNode {
  const leaf = (name: string, value: string | number | undefined): MetadataNode[] =>
    value === undefined || value === '' ? [] : [{ name, value: String(value) }]
  return {
    name: FACTS,
    children: [
      ...leaf('format', info.kind),
      ...leaf('state', info.state),
      ...leaf('frames', info.frames),
      ...leaf('images', info.images.length),
      ...info.images.map((image): MetadataNode => ({
        name: 'image',
        children: [
          ...leaf('name', image.name),
          ...leaf('pixel type', image.pixelType),
          ...leaf('planes declared', image.declared),
          ...leaf('planes there', image.present ?? undefined),
          ...image.axes.flatMap(({ name, size, scale, unit, translation }) => [
            ...leaf(`size ${name}`, size),
            ...leaf(`step ${name}`, scale === undefined ? undefined : `${scale} ${unit ?? ''}`.trim()),
            ...leaf(`begin ${name}`, translation)
          ]),
          ...image.channels.map(({ name, color }): MetadataNode => ({
            name: 'channel',
            children: [...leaf('name', name), ...leaf('colour', color)]
          }))
        ]
      })),
      ...keys.map((key): MetadataNode => ({ name: `key ${key}`, value: units[key] ?? NO_UNIT }))
    ]
  }
}

/** In the order of the left side; what only the right has comes last. */
export function metadataDifferences(
  left: readonly MetadataNode[],
  right: readonly MetadataNode[]
): MetadataDifference[] {
  const [a, b] = [pathsOf(left), pathsOf(right)]
  return [...new Set([...a.keys(), ...b.keys()])].map((path) => {
    const [one, other] = [a.get(path) ?? null, b.get(path) ?? null]
    return { path, left: one, right: other, same: one === other }
  })
}

/** Where a TIFF is held against a Zarr, most of each is stored in its own way; then only what both can say is a difference. */
export function tellingDifferences(
  all: readonly MetadataDifference[],
  sameFormat: boolean
): readonly MetadataDifference[] {
  return all.filter(
    ({ path, left, right, same }) =>
      !same && (sameFormat || path.startsWith(FACTS + SEPARATOR) || (left !== null && right !== null))
  )
}

/** Whether two datasets have their metadata in documents of one kind. */
export const sameFormat = (a: DatasetInfo, b: DatasetInfo): boolean =>
  a.kind.endsWith('zarr') === b.kind.endsWith('zarr')
