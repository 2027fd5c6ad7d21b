/** A movie of a dataset's frames without a window: the app's AVI, its pictures by a JPEG encoder that needs no page. */
import { open, rm } from 'node:fs/promises'
import { encode } from 'jpeg-js'
import { aviOf, LARGEST_AVI } from '../../src-preload/contract/avi'
import { Failed } from '../../src-preload/contract/failure'
import type { Picture } from '../../src-preload/contract/pixels'
import { planePicture } from './box-picture'
import type { Dataset, FrameRow } from './dataset'
import { windowOf, type Window } from './png'

const QUALITY = 92
/** Longest side; larger frames are averaged. */
const LONGEST = 8192

interface MovieOptions {
  readonly rows: readonly FrameRow[]
  /** Pictures of one movie have one size: frames of other images are left out. */
  readonly image: number
  readonly framesPerSecond: number
  readonly signal: AbortSignal
}

export interface MovieMade {
  readonly path: string
  readonly frames: number
  readonly notes: readonly string[]
}

/** The contrast of all pictures is that of the first. */
export async function writeMovie(dataset: Dataset, path: string, options: MovieOptions): Promise<MovieMade> {
  const { image, framesPerSecond, signal } = options
  const info = dataset.images[image]
  if (info === undefined || framesPerSecond === 0)
    throw new Failed(
      'argument.invalid',
      info === undefined
        ? `Image ${image} is asked for; ${dataset.path} has ${dataset.images.length}.`
        : 'A movie has at least 1 frame a second.'
    )
  const rows = options.rows.filter((row) => row.image === image)
  const notes =
    rows.length < options.rows.length ? [leftOut(options.rows.length - rows.length, 'of other images')] : []
  const pictures: Uint8Array<ArrayBuffer>[] = []
  let window: Window | null = null
  let size = { width: 0, height: 0 }
  let bytes = 0
  const lost: string[] = []
  for (const { frame, storageIndex: index } of rows) {
    signal.throwIfAborted()
    const picture = await planePicture({ dataset, image, index, frame, signal }, LONGEST)
    // what is not there would be black
    const gone = 'missing' in picture ? picture.reason : picture.holes
    if ('missing' in picture || gone !== undefined) {
      lost.push(gone ?? '')
      continue
    }
    window ??= windowOf({ ...picture, pixelType: picture.full.pixelType })
    size = { width: picture.width, height: picture.height }
    const jpeg = jpegOf(picture, window)
    bytes += jpeg.length + 32
    if (bytes > LARGEST_AVI) {
      notes.push(`An AVI ends at 2 GB: the movie stops before frame ${frame}.`)
      break
    }
    pictures.push(jpeg)
  }
  if (pictures.length === 0)
    throw new Failed('frame.lost', lost[0] ?? `No frame of image ${image} of ${dataset.path} was chosen.`)
  if (lost.length > 0) notes.push(leftOut(lost.length, 'without whole pixels'))
  await writeParts(path, aviOf(pictures, { ...size, framesPerSecond }))
  return { path, frames: pictures.length, notes }
}

const leftOut = (frames: number, which: string): string =>
  frames === 1 ? `1 frame ${which} is left out.` : `${frames} frames ${which} are left out.`

function jpegOf({ data, width, height, samples }: Picture, { from, to }: Window): Uint8Array<ArrayBuffer> {
  const gain = 255 / (to - from)
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      const value = data[samples === 3 ? i * 3 + c : i] as number
      pixels[i * 4 + c] = (value - from) * gain // NaN becomes 0
    }
    pixels[i * 4 + 3] = 255
  }
  return Uint8Array.from(encode({ data: pixels, width, height }, QUALITY).data)
}

/** A file that could not be written to its end is taken back. */
async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx')
  try {
    for (const part of parts) await file.write(part)
    await file.close()
  } catch (error) {
    await file.close().catch(() => undefined) // what went wrong first is told
    await rm(path, { force: true })
    throw error
  }
}
