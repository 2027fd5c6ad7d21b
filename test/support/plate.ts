// Plates by our own writers: wells with fields, each frame with a value that tells its field.
import type { Dimension, Position } from '../../src-main/formats/settings'
import { standardPlate } from '../../src-main/formats/plan-positions'
import { createStream } from '../../src-main/formats/stream'
import { writerThread } from './bundle'

export interface PlateRun {
  readonly format: 'ome-zarr' | 'ome-tiff'
  readonly wells: number
  readonly filled: readonly { readonly row: string; readonly column: string; readonly fields: number }[]
  /** Time points of each field. */
  readonly steps: number
}

/** The value of all pixels of a field's frame at a time point; `field` counts all fields of the plate. */
export const plateValue = (field: number, step: number): number => 100 + field * 10 + step

/** Answers the path to open. */
export async function writePlate(path: string, { format, wells, filled, steps }: PlateRun): Promise<string> {
  const coords = filled.flatMap(({ row, column, fields }) =>
    Array.from({ length: fields }, (_, field): Position => ({
      name: `${row}${column} f${field}`,
      plateRow: row,
      plateColumn: column
    }))
  )
  const dimensions: Dimension[] = [
    { name: 't', count: steps, chunkSize: 1 },
    { name: 'p', type: 'position', count: coords.length, coords },
    { name: 'y', count: 32 },
    { name: 'x', count: 32 }
  ]
  const settings = {
    rootPath: path,
    format,
    dtype: 'uint16',
    dimensions,
    plate: standardPlate(wells)
  } as const
  const stream = await createStream(settings, { threadFile: await writerThread() })
  for (let step = 0; step < steps; step++)
    for (const [field, { name }] of coords.entries())
      await stream.append(new Uint16Array(1024).fill(plateValue(field, step)), { metadata: { field: name } })
  await stream.close()
  return stream.paths[0] ?? path
}
