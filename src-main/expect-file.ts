/** Writes what was acquired, in the conformance kit's form, hashed from the camera's buffer before the writer sees it: the outside check of `acquire --expect`. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { stepsOf } from './acquisition/multi-d/steps'
import { axesInUse, countAlong, positionsOf, type MultiD } from '../src-preload/contract/multi-d'
import type { FrameFormat } from '../src-preload/contract/pixels'
import type { FrameRecord } from '../src-preload/contract/record'

export interface ExpectFile {
  add(pixels: Uint8Array, record: FrameRecord, frame: number): void
  /** `frames` is how many of them ended in the dataset. */
  finish(frames: number): void
}

const withLongIntegers = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value

interface Places {
  readonly axes: readonly string[]
  readonly shape: readonly number[]
  readonly images: readonly (string | null)[]
  /** Of each frame, in the order they come. */
  readonly frames: readonly { readonly image: number; readonly index: readonly number[] }[]
}

/** Where the frames of a plan belong: an image a position, and in it time, channel and z, in the order of OME. */
function placesOf(plan: MultiD): Places {
  const stored = (['t', 'c', 'z'] as const).filter((axis) => axesInUse(plan).includes(axis))
  return {
    axes: stored,
    shape: stored.map((axis) => countAlong(plan, axis)),
    images: positionsOf(plan)?.map(({ name }) => name) ?? [null],
    frames: [...stepsOf(plan)].map(({ at }) => ({ image: at.p, index: stored.map((axis) => at[axis]) }))
  }
}

/** A name ending in .jsonl gets a header line and then a line a frame, written at once so that it survives a kill. */
export function createExpectFile(path: string, format: FrameFormat, plan: MultiD | null = null): ExpectFile {
  const { width, height, pixelType } = format
  const places = plan === null ? null : placesOf(plan)
  const header = (frames: number): object => ({
    axes: [...(places?.axes ?? ['t']), 'y', 'x'],
    dtype: pixelType,
    images:
      places === null
        ? [{ shape: [frames, height, width] }]
        : places.images.map((name) => ({
            ...(name === null ? {} : { name }),
            shape: [...places.shape, height, width]
          }))
  })
  const line = (pixels: Uint8Array, record: FrameRecord, frame: number): object => ({
    ...(places?.frames[frame] ?? { image: 0, index: [frame] }),
    sha256: createHash('sha256').update(pixels).digest('hex'),
    metadata: record
  })
  if (path.endsWith('.jsonl')) {
    const file = openSync(path, 'w')
    writeSync(file, `${JSON.stringify(header(0))}\n`)
    return {
      add: (pixels, record, frame) => {
        writeSync(file, `${JSON.stringify(line(pixels, record, frame), withLongIntegers)}\n`)
      },
      finish: () => closeSync(file)
    }
  }
  const frames: object[] = []
  return {
    add: (pixels, record, frame) => {
      frames.push(line(pixels, record, frame))
    },
    finish: (count) => {
      const text = JSON.stringify({ ...header(count), frames: frames.slice(0, count) }, withLongIntegers, 1)
      writeFileSync(path, `${text}\n`)
    }
  }
}
