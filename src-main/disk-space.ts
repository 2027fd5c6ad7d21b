/** How much room a disk has. Node 16 has no statfs, so `df` answers there. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as promises from 'node:fs/promises'
import { dirname } from 'node:path'

interface StatFs {
  statfs?: (path: string) => Promise<{ bavail: number; bsize: number }>
}

/** Bytes that an ordinary user may still write on the disk that holds `path`; null where the system does not tell. */
export async function freeBytes(path: string): Promise<number | null> {
  let folder = path
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  // eslint-disable-next-line n/no-unsupported-features/node-builtins -- looked for, and done without where it is missing
  const { statfs } = promises as StatFs
  if (statfs === undefined) return freeByDf(folder)
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    // A disk that was taken away has no free space to tell; the writer reports the loss itself.
    return null
  }
}

function freeByDf(folder: string): Promise<number | null> {
  return new Promise((resolve) => {
    execFile('df', ['-Pk', folder], (error, output) => {
      const kilobytes = Number(output.split('\n')[1]?.trim().split(/\s+/)[3])
      resolve(error !== null || Number.isNaN(kilobytes) ? null : kilobytes * 1024)
    })
  })
}
