/** Benchframe's own check of a dataset, in plain words: journal, images, records against planes, and every plane read once. */
import type { CheckReport, Finding } from '../../src-preload/contract/repair'
import type { Dataset, FrameRow } from './dataset'
import { openDataset } from './open-dataset'
import { soundness, type Soundness } from './plane-pieces'
import { journalOf } from './recording-state'
import { fijiVerdict } from './repair/fiji'
import { canUndo, proposeRepairs } from './repair/repair-dataset'

/** Findings of one kind are told one by one up to this number. */
const TOLD = 10
const ROWS = 500

export async function checkDataset(
  path: string,
  { signal }: { readonly signal?: AbortSignal } = {}
): Promise<CheckReport> {
  const dataset = await openDataset(path, { signal })
  try {
    return await checkOpen(dataset, signal)
  } finally {
    await dataset.close()
  }
}

/** `pixels` false: planes are counted and not read. */
export async function checkOpen(dataset: Dataset, signal?: AbortSignal, pixels = true): Promise<CheckReport> {
  const findings: Finding[] = [
    ...journal(dataset),
    ...dataset.warnings.map((text): Finding => ({ level: 'warning', text })),
    ...dataset.images.flatMap(({ name, readable, reason }): Finding[] =>
      readable
        ? []
        : [
            {
              level: 'error',
              text: `The image ${name} can't be shown: ${reason ?? 'its pixels are not readable'}`
            }
          ]
    )
  ]
  const frames = await checkFrames(dataset, pixels, signal)
  findings.push(...frames.findings, ...counts(dataset), ...planesWithoutFrame(dataset))
  const repairs = await proposeRepairs(dataset)
  findings.push(...repairs.map(({ text }): Finding => ({ level: 'warning', text })))
  return {
    findings,
    frames: dataset.frames,
    readable: pixels ? frames.readable : null,
    fiji: fijiVerdict(dataset, repairs),
    repairs,
    undoable: await canUndo(dataset)
  }
}

function journal(dataset: Dataset): Finding[] {
  const left = journalOf(dataset.path)
  if (dataset.state === 'complete' || left === null) return []
  if (dataset.state === 'recording')
    return [{ level: 'warning', text: `It is still being recorded: ${left} is in use.` }]
  return [{ level: 'error', text: `The recording broke off and was not recovered: ${left} is left over.` }]
}

/** What the recording itself says it holds. */
function counts(dataset: Dataset): Finding[] {
  const told = dataset.finish
  if (told === null || told.frames === dataset.frames) return []
  const text = `The recording ended with ${told.frames} frames, the dataset has records of ${dataset.frames}.`
  return [{ level: 'error', text }]
}

/** Planes that were skipped or pad a last step. */
function planesWithoutFrame(dataset: Dataset): Finding[] {
  return dataset.images.flatMap(({ name, declared }, image): Finding[] => {
    const more = declared - (dataset.imageFrames[image] ?? 0)
    return more > 0 ? [{ level: 'note', text: `${more} planes of ${name} belong to no frame.` }] : []
  })
}

async function checkFrames(
  dataset: Dataset,
  pixels: boolean,
  signal?: AbortSignal
): Promise<{ findings: Finding[]; readable: number }> {
  const lost: string[] = []
  const open: string[] = []
  const twice: string[] = []
  const outside: string[] = []
  const seen = new Set<string>()
  let readable = 0
  for (let from = 0; from < dataset.frames; from += ROWS) {
    for (const row of await dataset.rows(from, ROWS, signal)) {
      signal?.throwIfAborted()
      const place = `${row.image}:${row.storageIndex.join(',')}`
      if (seen.has(place))
        twice.push(`frame ${row.frame} has the place of another frame, ${where(dataset, row)}`)
      seen.add(place)
      if (!isInside(dataset, row)) {
        outside.push(`frame ${row.frame} has the place ${where(dataset, row)}, which is outside of the image`)
        continue
      }
      if (!pixels) continue
      const { image, storageIndex: index } = row
      const found = await soundness({ dataset, image, index, signal })
      if (found.kind === 'whole') readable++
      else (mayBeLeftOut(dataset, row, found) ? open : lost).push(lack(dataset, row, found))
    }
  }
  return {
    findings: [
      ...some(lost, 'frames without sound pixels'),
      ...some(open, 'frames of which parts were not written', 'warning'),
      ...some(twice, 'frames at a place taken'),
      ...some(outside, 'frames outside')
    ],
    readable
  }
}

/** Zarr lets a writer leave out chunks that hold nothing but the fill value; a camera's frame, which has a record, never does. */
const mayBeLeftOut = ({ kind }: Dataset, { record }: FrameRow, found: Soundness): boolean =>
  kind.endsWith('zarr') && found.kind === 'in part' && !found.damaged && Object.keys(record).length === 0

function lack({ kind }: Dataset, { frame }: FrameRow, found: Exclude<Soundness, { kind: 'whole' }>): string {
  if (found.kind === 'gone') return `frame ${frame} is ${found.why.missing}: ${found.why.reason}`
  const { blocks, of, damaged, reason } = found
  const share = `${blocks} of ${of} ${kind.endsWith('zarr') ? 'chunks' : 'blocks'}`
  return damaged
    ? `frame ${frame} is damaged in part, ${share} can't be shown: ${reason}`
    : `frame ${frame} is there in part, ${share} were not written: ${reason}`
}

const where = (dataset: Dataset, { image, storageIndex }: FrameRow): string =>
  `[${storageIndex.join(', ')}]${dataset.images.length > 1 ? ` of ${dataset.images[image]?.name ?? image}` : ''}`

function isInside(dataset: Dataset, { image, storageIndex }: FrameRow): boolean {
  const axes = dataset.images[image]?.axes.filter(({ name }) => !['y', 'x', 's'].includes(name)) ?? []
  return (
    axes.length === storageIndex.length &&
    axes.every(({ size }, i) => (storageIndex[i] ?? -1) >= 0 && (storageIndex[i] ?? 0) < size)
  )
}

function some(texts: readonly string[], what: string, level: Finding['level'] = 'error'): Finding[] {
  const told = texts
    .slice(0, TOLD)
    .map((text): Finding => ({ level, text: `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}` }))
  const rest = texts.length - told.length
  return rest > 0 ? [...told, { level, text: `There are ${rest} more ${what}.` }] : told
}
