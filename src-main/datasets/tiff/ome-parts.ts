/** A model of an OME block in parts, each small enough that the thread that takes it is busy for a few milliseconds; and put together again. */
import type { Json } from '../../../src-preload/contract/record'
import { storedRows, type RowParts } from '../records/row-store'
import type { OmeImage, OmeModel, TiffDataBlock } from './ome-model'

/** Items of a list that go together. */
const ITEMS = 8_192

type RowsOf = 'planes' | 'annotations'

export type ModelPart =
  | { readonly kind: 'model'; readonly model: Omit<OmeModel, 'annotations' | 'planeRows'> }
  | { readonly kind: 'blocks'; readonly image: number; readonly blocks: readonly TiffDataBlock[] }
  | { readonly kind: 'places'; readonly image: number; readonly places: Places }
  | { readonly kind: 'refs'; readonly image: number; readonly refs: OmeImage['planes']['refs'] }
  | { readonly kind: 'ids'; readonly ids: readonly string[]; readonly namespaces: readonly (string | null)[] }
  | { readonly kind: 'rows'; readonly of: RowsOf; readonly rows: RowParts }
  | {
      readonly kind: 'values'
      readonly of: RowsOf
      readonly column: number
      readonly values: readonly Json[]
    }

/** Whole numbers of z, c, t and row, plane by plane. */
type Places = Readonly<Record<'z' | 'c' | 't' | 'row', Float64Array>>

function* slices<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += ITEMS) yield list.slice(from, from + ITEMS)
}

export function* partsOf(model: OmeModel): Generator<ModelPart> {
  const { annotations, planeRows, ...rest } = model
  const images = rest.images.map((image) => ({
    ...image,
    tiffData: [],
    planes: { z: [], c: [], t: [], row: [], refs: [] }
  }))
  yield { kind: 'model', model: { ...rest, images } }
  for (const [number, image] of model.images.entries()) {
    for (const blocks of slices(image.tiffData)) yield { kind: 'blocks', image: number, blocks }
    const { z, c, t, row } = image.planes
    const places = {
      z: Float64Array.from(z),
      c: Float64Array.from(c),
      t: Float64Array.from(t),
      row: Float64Array.from(row)
    }
    yield { kind: 'places', image: number, places }
    for (const refs of slices(image.planes.refs)) yield { kind: 'refs', image: number, refs: [...refs] }
  }
  for (let from = 0; from < annotations.ids.length; from += ITEMS) {
    const ids = annotations.ids.slice(from, from + ITEMS)
    yield { kind: 'ids', ids, namespaces: annotations.namespaces.slice(from, from + ITEMS) }
  }
  yield* rowParts('planes', planeRows.parts())
  yield* rowParts('annotations', annotations.rows.parts())
}

function* rowParts(of: RowsOf, rows: RowParts): Generator<ModelPart> {
  yield {
    kind: 'rows',
    of,
    rows: { ...rows, columns: rows.columns.map((each) => ({ ...each, values: [] })) }
  }
  for (const [column, { values }] of rows.columns.entries())
    for (const some of slices(values)) yield { kind: 'values', of, column, values: some }
}

export interface Assembly {
  take(part: ModelPart): void
  model(): OmeModel
}

export function modelAssembly(): Assembly {
  let head: Extract<ModelPart, { kind: 'model' }>['model'] | null = null
  const ids: string[] = []
  const namespaces: (string | null)[] = []
  const rows: Partial<Record<RowsOf, RowParts>> = {}
  const values: Record<RowsOf, Json[][]> = { planes: [], annotations: [] }
  const imageAt = (number: number): OmeImage => {
    const image = head?.images[number]
    if (image === undefined) throw new Error('A part of a model came before its beginning.')
    return image
  }

  function take(part: ModelPart): void {
    switch (part.kind) {
      case 'model':
        head = part.model
        return
      case 'blocks':
        for (const block of part.blocks) imageAt(part.image).tiffData.push(block)
        return
      case 'places': {
        const { planes } = imageAt(part.image)
        for (const axis of ['z', 'c', 't', 'row'] as const)
          for (const number of part.places[axis]) planes[axis].push(number)
        return
      }
      case 'refs':
        for (const ref of part.refs) imageAt(part.image).planes.refs.push(ref)
        return
      case 'ids':
        for (const id of part.ids) ids.push(id)
        for (const namespace of part.namespaces) namespaces.push(namespace)
        return
      case 'rows':
        values[part.of] = part.rows.columns.map(() => [])
        rows[part.of] = part.rows
        return
      case 'values': {
        const list = values[part.of][part.column] ?? []
        for (const value of part.values) list.push(value)
      }
    }
  }

  const rowsOf = (of: RowsOf): ReturnType<typeof storedRows> => {
    const found = rows[of]
    if (found === undefined) throw new Error('A model came without its rows.')
    const columns = found.columns.map((column, i) => ({ ...column, values: values[of][i] ?? [] }))
    return storedRows({ ...found, columns })
  }
  return {
    take,
    model() {
      if (head === null) throw new Error('A model came without its beginning.')
      return {
        ...head,
        planeRows: rowsOf('planes'),
        annotations: { ids, namespaces, rows: rowsOf('annotations') }
      }
    }
  }
}
