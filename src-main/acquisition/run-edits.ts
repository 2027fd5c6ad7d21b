/** Which cells of a running run may be changed by hand: free keys of frames that are there. What was measured stays as it was. */
import { Failed } from '../../src-preload/contract/failure'
import type { CellEdit } from '../../src-preload/contract/record'
import type { RunTable } from './run-table'

export interface NewCell {
  readonly frame: number
  readonly key: string
  readonly value: string | number | boolean | null
}

/** With the values before; cells that stay as they are are left out, and of two changes of a cell the last one counts. */
export function checkedEdits(cells: readonly NewCell[], table: RunTable): readonly CellEdit[] {
  const last = new Map(cells.map((cell) => [`${cell.frame} ${cell.key}`, cell]))
  return [...last.values()].flatMap(({ frame, key, value }): CellEdit[] => {
    if (frame >= table.total)
      throw new Failed('argument.invalid', `Frame ${frame} is not there yet; there are ${table.total}.`)
    if (key === 'storage_index' || table.measured(key))
      throw new Failed('argument.invalid', `${key} was measured and is not changed by hand.`, {
        next: 'Write what you know into a column of your own.'
      })
    const before = table.get(frame, key)
    return before === value ? [] : [{ frame, key, before, after: value }]
  })
}
