/** A disk that fails, fills up or drags on command, for tests of the writers: plain data says how, so that it reaches the thread. */
import type { Disk } from './disk'

export interface Faults {
  /** Only calls on paths that contain this; all where left out. */
  readonly path?: string
  /** The calls that count and fail. */
  readonly on: 'write' | 'sync' | 'open' | 'rename'
  /** Error after so many such calls, and from then on (or once). */
  readonly after: number
  readonly code: 'ENOSPC' | 'EIO' | 'EACCES'
  readonly once?: boolean
  /** Every write waits so long first. */
  readonly slowMs?: number
}

export function faultyDisk(disk: Disk, faults: Faults): Disk {
  const paths = new Map<number, string>()
  let calls = 0
  const sleep = new Int32Array(new SharedArrayBuffer(4))

  function strike(on: Faults['on'], path: string): void {
    if (faults.on !== on || !path.includes(faults.path ?? '')) return
    calls += 1
    const over = calls > faults.after && (faults.once !== true || calls === faults.after + 1)
    if (over) throw Object.assign(new Error(`${faults.code}: injected, ${on} ${path}`), { code: faults.code })
  }
  const pathOf = (fd: number): string => paths.get(fd) ?? ''

  return {
    ...disk,
    open(path, flags) {
      strike('open', path)
      const fd = disk.open(path, flags)
      paths.set(fd, path)
      return fd
    },
    write(fd, bytes, position) {
      if (faults.slowMs !== undefined) Atomics.wait(sleep, 0, 0, faults.slowMs)
      strike('write', pathOf(fd))
      return disk.write(fd, bytes, position)
    },
    datasync(fd) {
      strike('sync', pathOf(fd))
      disk.datasync(fd)
    },
    sync(fd) {
      strike('sync', pathOf(fd))
      disk.sync(fd)
    },
    rename(from, to) {
      strike('rename', to)
      disk.rename(from, to)
    }
  }
}
