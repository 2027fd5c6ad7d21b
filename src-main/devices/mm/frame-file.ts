/** The file through which frames come: memory where the system has such a folder, mapped by the other side, read by ours without holding up main. */
import { closeSync, openSync, read, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failed } from '../../../src-preload/contract/failure'

/** One is filled while the other may still be read. */
const SLOTS = 2

export interface FrameFile {
  readonly path: string
  /** Of the file, and of a slot. */
  readonly bytes: number
  readonly slotBytes: number
  nextOffset(): number
  read(offset: number, target: Uint8Array): Promise<void>
  /** Both sides have it open: it needs no name any more, and nothing is left of it however they end. */
  forgetName(): void
  close(): void
}

let made = 0

export function makeFrameFile(slotBytes: number): FrameFile {
  const folders = process.platform === 'linux' ? ['/dev/shm', tmpdir()] : [tmpdir()]
  const problems: string[] = []
  for (const folder of folders) {
    try {
      return makeIn(folder, slotBytes)
    } catch (error) {
      problems.push(String(error))
    }
  }
  throw new Failed('disk.full', 'There is no room in memory for the frames of the camera.', {
    next: `Make room in ${folders.join(' or ')}.`,
    detail: problems.join('\n')
  })
}

function makeIn(folder: string, slotBytes: number): FrameFile {
  const path = join(folder, `benchframe-frames-${process.pid}-${(made += 1)}`)
  const fd = openSync(path, 'wx+', 0o600)
  const bytes = SLOTS * slotBytes
  let named = true
  let slot = 0
  const forgetName = (): void => {
    // Where an open file can't be removed it is when it is closed.
    if (!named || process.platform === 'win32') return
    rmSync(path, { force: true })
    named = false
  }
  function close(): void {
    closeSync(fd)
    if (named) rmSync(path, { force: true })
  }
  try {
    // Filled and not only lengthened: a file system without room says so now, and not by a signal in the middle of a frame.
    const zeros = Buffer.alloc(1 << 20)
    for (let at = 0; at < bytes; at += zeros.length)
      writeSync(fd, zeros, 0, Math.min(zeros.length, bytes - at), at)
  } catch (error) {
    close()
    throw error
  }
  return {
    path,
    bytes,
    slotBytes,
    nextOffset: () => (slot = (slot + 1) % SLOTS) * slotBytes,
    read: (offset, target) =>
      new Promise((resolve, reject) => {
        const next = (done: number): void => {
          if (done === target.byteLength) return resolve()
          read(fd, target, done, target.byteLength - done, offset + done, (error, count) => {
            if (error !== null) return reject(error)
            if (count === 0)
              return reject(new Failed('frame.lost', 'The file of frames ended before the frame.'))
            next(done + count)
          })
        }
        next(0)
      }),
    forgetName,
    close
  }
}
