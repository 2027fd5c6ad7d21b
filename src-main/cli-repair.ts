/** `benchframe repair`: what could be repaired, before and after; the repair; and its undo. */
import { REPAIRS } from '../src-preload/contract/repair'
import { choice, onePath, parse, UsageError } from './cli-arguments'
import { openDataset } from './datasets/open-dataset'
import { proposeRepairs, repairDataset, undoRepair } from './datasets/repair/repair-dataset'

const flag = { type: 'boolean' } as const
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

export async function repair(args: readonly string[]): Promise<number> {
  const { words, values } = parse(args, { only: { type: 'string' }, 'dry-run': flag, undo: flag, json: flag })
  const path = onePath(words, 'PATH')
  const json = values['json'] === true
  const only = values['only'] as string | undefined
  const kinds = only?.split(',').map((kind) => choice('--only', kind.trim(), REPAIRS)) ?? null
  if (values['undo'] === true) {
    if (kinds !== null)
      throw new UsageError('--undo takes back the last repair as a whole; leave --only out.')
    const undone = await undoRepair(path)
    print(
      json
        ? JSON.stringify({ undone })
        : undone
          ? 'the last repair is taken back'
          : 'there is no repair to take back'
    )
    return 0
  }
  const repaired =
    values['dry-run'] === true ? await proposed(path) : (await repairDataset(path, kinds)).repaired
  const shown = repaired.filter(({ kind }) => kinds?.includes(kind) ?? true)
  if (json) print(JSON.stringify({ path, repaired: shown }))
  else if (shown.length === 0) print(`${path}: nothing to repair`)
  else
    for (const { kind, text, places, before, after } of shown)
      print(`${kind}: ${text} ${before} → ${after}${places > 1 ? ` (${places} places)` : ''}`)
  return 0
}

async function proposed(path: string): ReturnType<typeof proposeRepairs> {
  const dataset = await openDataset(path)
  try {
    return await proposeRepairs(dataset)
  } finally {
    await dataset.close()
  }
}
