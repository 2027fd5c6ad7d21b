/** What lies where a recording is to go: nothing is touched, but for `overwrite`, and then a dataset is moved aside and anything else is left. */
import { join } from 'node:path'
import { Failed } from '../../src-preload/contract/failure'
import { READ_ONLY, isFolder, onDisk, readUpTo, type Disk } from './disk'
import type { StreamPlan } from './file-sink'
import { journalPath } from './plan-paths'

const targetsOf = (plan: StreamPlan): string[] =>
  [plan.tiffPath, plan.zarrPath].filter((path): path is string => path !== null)

/** For a clear message before anything is made; what counts is the exclusive creation that follows. */
export function refuseExisting(disk: Disk, plan: StreamPlan): void {
  const there = [...targetsOf(plan), journalPath(plan)].find((path) => disk.exists(path))
  if (there !== undefined) exists(there)
}

function exists(path: string): never {
  throw new Failed('target.exists', `${path} exists already.`, { next: 'Choose another name.' })
}

export function moveAside(disk: Disk, plan: StreamPlan): void {
  const journal = journalPath(plan)
  if (disk.exists(journal)) {
    throw new Failed('target.exists', `${journal} belongs to a recording that was not finished.`, {
      next: 'Recover it first, or choose another name.'
    })
  }
  const there = targetsOf(plan).filter((path) => disk.exists(path))
  const foreign = there.find((path) => !isDataset(disk, path))
  if (foreign !== undefined) {
    throw new Failed('target.exists', `${foreign} exists and is no image dataset, so it is not replaced.`, {
      next: 'Choose another name.'
    })
  }
  const stamp = new Date().toISOString().replace(/[:.]/g, '-')
  for (const path of there) {
    onDisk(`move ${path} aside`, () => {
      disk.rename(
        path,
        path.slice(0, plan.folder.length) +
          path.slice(plan.folder.length).replace(plan.stem, `${plan.stem} (replaced ${stamp})`)
      )
    })
  }
}

/** A TIFF, a folder of TIFFs that belong together, or a folder with Zarr metadata. */
function isDataset(disk: Disk, path: string): boolean {
  if (!isFolder(disk, path)) return isTiff(disk, path)
  const names = disk.list(path)
  if (names.some((name) => ['zarr.json', '.zgroup', '.zattrs', '.zarray'].includes(name))) return true
  return (
    names.length > 0 &&
    names.every((name) => /\.(tiff?|companion\.ome)$/i.test(name) && !isFolder(disk, join(path, name)))
  )
}

function isTiff(disk: Disk, path: string): boolean {
  const fd = onDisk(`read ${path}`, () => disk.open(path, READ_ONLY))
  try {
    const [a, b, c, d] = readUpTo(disk, fd, 0, 4)
    const order = a === 0x49 && b === 0x49 ? c : a === 0x4d && b === 0x4d ? d : 0
    return order === 42 || order === 43
  } finally {
    disk.close(fd)
  }
}
