/** Which files an acquisition makes, from its root path and format. */
import { basename, dirname, join, resolve } from 'node:path'
import type { StreamPlan } from './file-sink'
import type { AcquisitionSettings } from './settings'
import { refuse } from './settings-check'

const SUFFIXES = [
  ['.ome.tiff', 'ome-tiff'],
  ['.ome.tif', 'ome-tiff'],
  ['.tiff', 'ome-tiff'],
  ['.tif', 'ome-tiff'],
  ['.ome.zarr', 'ome-zarr'],
  ['.zarr', 'ome-zarr']
] as const

export interface Paths {
  readonly folder: string
  readonly stem: string
  readonly tiffPath: string | null
  readonly zarrPath: string | null
}

/** A trailing suffix decides the format and stays; else the format's own is added. Several positions as OME-TIFF make a folder of files. */
export function pathsOf(settings: AcquisitionSettings, several: boolean): Paths {
  const root = resolve(settings.rootPath)
  const name = basename(root)
  const [suffix, decided] = SUFFIXES.find(([end]) => name.toLowerCase().endsWith(end)) ?? ['', null]
  const stem = name.slice(0, name.length - suffix.length)
  if (stem === '' || /^\.+$/.test(stem)) refuse('rootPath', settings.rootPath, 'a path that ends with a name')
  const format =
    settings.format ??
    decided ??
    refuse('format', undefined, 'ome-tiff, ome-zarr or both where rootPath has no suffix')
  if (decided !== null && format !== decided) {
    refuse(
      'format',
      format,
      `${decided}, since rootPath ends with ${suffix}; leave the suffix out for another`
    )
  }
  const folder = dirname(root)
  const own = name.slice(stem.length)
  const tiff = several ? join(folder, stem) : join(folder, stem + (own || '.ome.tiff'))
  const zarr = join(folder, stem + (own || '.ome.zarr'))
  return {
    folder,
    stem,
    tiffPath: format === 'ome-zarr' ? null : tiff,
    zarrPath: format === 'ome-tiff' ? null : zarr
  }
}

/** The folder of the journal: one for each run, beside its datasets, while they are recorded. */
export const journalPath = (plan: Pick<StreamPlan, 'folder' | 'stem'>): string =>
  join(plan.folder, `${plan.stem}.journal`)

/** Bare name of the TIFF of one image in a set. */
export const memberName = (plan: Pick<StreamPlan, 'stem'>, image: number): string =>
  `${plan.stem}_p${String(image).padStart(3, '0')}.ome.tiff`

export const companionName = (plan: Pick<StreamPlan, 'stem'>): string => `${plan.stem}.companion.ome`
