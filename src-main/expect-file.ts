/** Writes what was acquired, in the conformance kit's form, hashed from the camera's buffer before the writer sees it: the outside check of `acquire --expect`. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import type { FrameFormat } from '../src-preload/contract/pixels'
import type { FrameRecord } from '../src-preload/contract/record'

export interface ExpectFile {
  add(pixels: Uint8Array, record: FrameRecord, frame: number): void
  /** `frames` is how many of them ended in the dataset. */
  finish(frames: number): void
}

const withLongIntegers = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value

/** A name ending in .jsonl gets a header line and then a line a frame, written at once so that it survives a kill. */
export function createExpectFile(path: string, format: FrameFormat, name: string): ExpectFile {
  const { width, height, pixelType } = format
  const header = (frames: number): object => ({
    axes: ['t', 'y', 'x'],
    dtype: pixelType,
    images: [{ ...(name === '' ? {} : { name }), shape: [frames, height, width] }]
  })
  const line = (pixels: Uint8Array, record: FrameRecord, frame: number): object => ({
    image: 0,
    index: [frame],
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
