/** `benchframe compare`: whether two datasets hold the same, and what differs. Exit code 1 where they differ. */
import type { ComparisonReport } from '../src-preload/contract/compare'
import { parse, UsageError } from './cli-arguments'
import { compareDatasets } from './datasets/compare/compare-datasets'
import { openDataset } from './datasets/open-dataset'

/** So many differences of a kind are printed; `--json` has more. */
const MOST_PRINTED = 10

export async function compare(args: readonly string[]): Promise<number> {
  const { words, values } = parse(args, { json: { type: 'boolean' }, 'no-pixels': { type: 'boolean' } })
  const [left, right, ...more] = words
  if (left === undefined || right === undefined || left === '' || right === '' || more.length > 0)
    throw new UsageError('Give two datasets, A and B.')
  const stop = new AbortController()
  const interrupt = (): void => stop.abort()
  process.once('SIGINT', interrupt)
  const { signal } = stop
  const one = await openDataset(left, { signal })
  try {
    const other = await openDataset(right, { signal })
    try {
      const report = await compareDatasets(one, other, { signal, pixels: values['no-pixels'] !== true })
      process.stdout.write(values['json'] === true ? `${JSON.stringify(report)}\n` : inWords(report))
      return report.equal ? 0 : 1
    } finally {
      await other.close()
    }
  } finally {
    process.off('SIGINT', interrupt)
    await one.close()
  }
}

function inWords(report: ComparisonReport): string {
  const { equal, comparedFrames, samePlanes, differentPlanes, differentValues, about } = report
  if (equal)
    return `equal: ${comparedFrames} frames${samePlanes > 0 ? ', all pixels' : ''} and all values are the same\n`
  const rest = (count: number): string[] => (count > MOST_PRINTED ? [`and ${count - MOST_PRINTED} more`] : [])
  return [
    'different:',
    ...about,
    ...differentPlanes
      .slice(0, MOST_PRINTED)
      .map(({ frame, most, why }) => `frame ${frame}: ${why}${most === null ? '' : `, by at most ${most}`}`),
    ...rest(report.differentPlaneCount),
    ...differentValues
      .slice(0, MOST_PRINTED)
      .map(({ frame, key, values }) => `frame ${frame}: ${key} is ${values[0]} and ${values[1]}`),
    ...rest(report.differentValueCount),
    ''
  ].join('\n')
}
