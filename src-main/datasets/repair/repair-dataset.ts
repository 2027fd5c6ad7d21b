/** Proposes and makes safe repairs of a dataset's metadata, and takes the last ones back. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Failed } from '../../../src-preload/contract/failure'
import type { RepairKind, RepairProposal, RepairReport } from '../../../src-preload/contract/repair'
import { outerSizes } from '../copy/choice'
import type { Dataset } from '../dataset'
import { checkEditable, onSoundDocuments } from '../edit/editable'
import { documentsOf as textsOf, renamedMember, textPatch, together, type Patch } from '../edit/edit-tiff'
import { canPointBack, pointBack, prepareTiffPatch } from '../edit/tiff-patch'
import { foreignDecoder } from '../foreign-decoder'
import { openDataset } from '../open-dataset'
import { openTiffFile } from '../tiff/tiff-file'
import { readHierarchy } from '../zarr/hierarchy'
import { readNode } from '../zarr/node'
import { folderStore } from '../zarr/store'
import { xmlRepairs, type Repairs, type XmlFacts } from './xml-repairs'
import { zarrRepairs } from './zarr-repairs'

interface Document {
  readonly path: string
  readonly kind: 'tiff' | 'text'
  readonly repairs: Repairs
}

const KEPT = '.before-repair'
const COUNT_MS = 5_000

/** Repairs of all documents of a dataset, each kind once. */
export async function proposeRepairs(dataset: Dataset): Promise<RepairProposal[]> {
  if (dataset.state !== 'complete') return []
  const byKind = new Map<RepairKind, RepairProposal>()
  for (const { repairs } of (await orNone(dataset, () => documentsOf(dataset))) ?? [])
    for (const proposal of repairs.proposals) {
      const known = byKind.get(proposal.kind)
      byKind.set(
        proposal.kind,
        known === undefined ? proposal : { ...known, places: known.places + proposal.places }
      )
    }
  return [...byKind.values()]
}

/** Null where the documents are damaged, or there are none that could be changed: then there is nothing to repair safely. */
async function orNone<T>(dataset: Dataset, work: () => Promise<T>): Promise<T | null> {
  try {
    return await onSoundDocuments(dataset.path, work)
  } catch (error) {
    if (error instanceof Failed) return null
    throw error
  }
}

export async function repairDataset(
  path: string,
  kinds: readonly RepairKind[] | null
): Promise<RepairReport> {
  const dataset = await openDataset(path)
  try {
    checkEditable(dataset)
    const wanted = (await proposeRepairs(dataset)).filter(
      ({ kind }) => kinds === null || kinds.includes(kind)
    )
    if (wanted.length === 0) return { path: dataset.path, repaired: [] }
    const chosen = new Set(wanted.map(({ kind }) => kind))
    const patches: Patch[] = []
    for (const { path: file, kind, repairs } of await documentsOf(dataset)) {
      if (!repairs.proposals.some((proposal) => chosen.has(proposal.kind))) continue
      const text = repairs.applied(chosen)
      if (kind === 'tiff') patches.push(prepareTiffPatch(file, text, true))
      else {
        writeFileSync(`${file}${KEPT}`, readFileSync(file))
        patches.push(textPatch(file, text))
      }
    }
    const patch = together(patches)
    try {
      patch.commit()
      try {
        await readBack(dataset, chosen)
      } catch (error) {
        patch.undo()
        throw error
      }
    } finally {
      patch.close()
    }
    return { path: dataset.path, repaired: wanted }
  } finally {
    await dataset.close()
  }
}

/** The repaired dataset opens, and nothing of what was repaired is left to repair. */
async function readBack(before: Dataset, kinds: ReadonlySet<RepairKind>): Promise<void> {
  const after = await openDataset(before.path)
  try {
    const left = (await proposeRepairs(after)).filter(({ kind }) => kinds.has(kind))
    if (left.length > 0 || after.images.length !== before.images.length)
      throw new Failed('dataset.unsupported', `${before.path} did not read back as it was repaired.`, {
        next: 'Everything is as it was before.'
      })
  } finally {
    await after.close()
  }
}

/** Takes the last repair back; false where there is none, or something was changed since. */
export async function undoRepair(path: string): Promise<boolean> {
  const dataset = await openDataset(path)
  try {
    if (!(await canUndo(dataset))) return false
    let undone = false
    for (const { path: file, kind } of await filesOf(dataset)) {
      if (kind === 'tiff') undone = pointBack(file) || undone
      else if (existsSync(`${file}${KEPT}`)) {
        renameSync(`${file}${KEPT}`, file)
        undone = true
      }
    }
    return undone
  } finally {
    await dataset.close()
  }
}

export async function canUndo(dataset: Dataset): Promise<boolean> {
  if (dataset.state !== 'complete') return false
  const files = (await orNone(dataset, () => filesOf(dataset))) ?? []
  return files.some(({ path, kind }) => (kind === 'tiff' ? canPointBack(path) : existsSync(`${path}${KEPT}`)))
}

interface File {
  readonly path: string
  readonly kind: 'tiff' | 'text'
  readonly text: string
}

/** The documents of a dataset: of every file of a set that holds metadata, of every group of a hierarchy. */
async function filesOf(dataset: Dataset): Promise<File[]> {
  const { path, kind } = dataset
  if (kind === 'ome-tiff')
    return (await textsOf(path)).map(({ isText, ...file }) => ({ ...file, kind: isText ? 'text' : 'tiff' }))
  if (!kind.endsWith('zarr') || !existsSync(path) || !statSync(path).isDirectory()) return []
  const root = await readNode(folderStore(path), '')
  const { places } = root === null ? { places: [] } : await readHierarchy(folderStore(path), root, [])
  return places.flatMap(({ path: group }): File[] => {
    const file = ['zarr.json', '.zattrs'].map((name) => join(path, group, name)).find(existsSync)
    return file === undefined ? [] : [{ path: file, kind: 'text', text: readFileSync(file, 'utf8') }]
  })
}

async function documentsOf(dataset: Dataset): Promise<Document[]> {
  const documents: Document[] = []
  const files = await filesOf(dataset)
  for (const [image, { path, kind, text }] of files.entries()) {
    const lead = path.endsWith('zarr.json') ? ['attributes'] : []
    const repairs = dataset.kind.endsWith('zarr')
      ? zarrRepairs(text, lead, outerSizes(dataset, image))
      : xmlRepairs(text, await factsOf(path, dataset, files.length))
    documents.push({ path, kind, repairs })
  }
  return documents
}

async function factsOf(path: string, dataset: Dataset, files: number): Promise<XmlFacts> {
  const folder = dirname(path)
  const renamed = (name: string, uuid: string): string | null =>
    existsSync(join(folder, name)) ? null : renamedMember(folder, uuid)
  const file = await openTiffFile(path, foreignDecoder)
  try {
    const pages =
      file === null || dataset.images.length > 1 || files > 1 ? null : await file.chain.count(COUNT_MS)
    const damaged = file?.chain.damage ?? null
    const samples = dataset.images[0]?.axes.find(({ name }) => name === 's')?.size ?? 1
    return { pages: damaged === null ? pages : null, samples, renamed }
  } finally {
    file?.close()
  }
}
