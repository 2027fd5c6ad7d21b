/** Where in a frame table one writes: a cell, the rows that are chosen with it, and what was typed so far, which outlives scrolling. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import type { CellValue } from '../../src-preload/contract/table-filter'
import { cellTyped } from '../model/cell-text'

/** Writes cells of the rows at these places; true when that is on disk. */
export type EditCells = (first: number, last: number, key: string, typed: string) => Promise<boolean>

/** The table's props, as far as writing goes. */
export interface WrittenTable {
  readonly count: number
  readonly columns: readonly { readonly key: string }[]
  readonly row: (place: number) => { readonly cells: readonly CellValue[] } | undefined
  readonly selected: number
  readonly growsAtTop: boolean
  readonly free: readonly string[]
  readonly edit?: EditCells | undefined
}

export interface CellCursor {
  readonly place: Ref<number>
  readonly key: Ref<string | null>
  /** What is being typed; null: nothing is. */
  readonly typed: Ref<string | null>
  readonly range: ComputedRef<{ readonly first: number; readonly last: number }>
  isFree: (key: string) => boolean
  put: (place: number, key: string, extend: boolean) => void
  isIn: (place: number, key: string) => boolean
  /** Begins to write a cell. */
  write: (place: number, key: string) => void
  /** Sets the cell, or every chosen row; what was typed is kept until it is on disk. */
  commit: (everywhere: boolean) => Promise<void>
  /** True: the key was one of writing. */
  keyed: (event: KeyboardEvent) => boolean
}

export function useCellCursor(table: WrittenTable): CellCursor {
  const place = ref(-1)
  const anchor = ref(-1)
  const key = ref<string | null>(null)
  const typed = ref<string | null>(null)
  let busy = false
  const range = computed(() => ({
    first: Math.min(place.value, anchor.value),
    last: Math.max(place.value, anchor.value)
  }))
  // New rows at the top push all others down, and the cell with them.
  watch(
    () => table.count,
    (now, before) => {
      if (now < before) {
        place.value = anchor.value = -1
        typed.value = null
      } else if (table.growsAtTop && place.value >= 0) {
        place.value += now - before
        anchor.value += now - before
      }
    }
  )
  const isFree = (column: string): boolean => table.edit !== undefined && table.free.includes(column)
  /** The text of a cell; null while its row is not here. */
  function textAt(at: number, column: string): string | null {
    const cells = table.row(at)?.cells
    return cells === undefined
      ? null
      : cellTyped(cells[table.columns.findIndex((each) => each.key === column)] ?? null)
  }
  function put(to: number, column: string, extend: boolean): void {
    place.value = to
    if (!extend || key.value !== column || anchor.value < 0) anchor.value = to
    key.value = column
  }
  function write(at: number, column: string): void {
    const text = textAt(at, column)
    if (text === null) return
    put(at, column, at === place.value)
    typed.value = text
  }
  async function commit(everywhere: boolean): Promise<void> {
    const text = typed.value
    if (busy || text === null || key.value === null || table.edit === undefined) return
    busy = true
    const { first, last } = everywhere ? range.value : { first: place.value, last: place.value }
    const done = await table.edit(first, last, key.value, text).finally(() => (busy = false))
    if (done && typed.value === text) typed.value = null
  }
  /** The first of the chosen rows is copied into the others. */
  function fillDown(column: string): void {
    const { first, last } = range.value
    const text = textAt(first, column)
    if (text !== null && last > first) void table.edit?.(first, last, column, text)
  }
  function moved(event: KeyboardEvent, columns: readonly string[], column: string): boolean {
    const beside = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    const along = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (beside !== undefined) {
      const to = Math.min(columns.length - 1, Math.max(0, columns.indexOf(column) + beside))
      put(place.value, columns[to] ?? column, false)
    } else if (along !== undefined && (event.shiftKey || table.selected < 0))
      put(Math.min(table.count - 1, Math.max(0, place.value + along)), column, event.shiftKey)
    else return false
    return true
  }
  function keyed(event: KeyboardEvent): boolean {
    const columns = table.columns.map((each) => each.key).filter(isFree)
    const [nearest] = columns
    if (nearest === undefined) return false
    const begins = event.key === 'F2' || event.key === 'Enter'
    const column = key.value !== null && columns.includes(key.value) ? key.value : nearest
    if (key.value === null || place.value < 0) {
      if (begins) write(Math.max(0, table.selected), column)
      return begins
    }
    if (begins) write(place.value, column)
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'd') fillDown(column)
    else if (event.key === 'Delete') void table.edit?.(range.value.first, range.value.last, column, '')
    else return moved(event, columns, column)
    return true
  }
  return {
    place,
    key,
    typed,
    range,
    isFree,
    put,
    isIn: (at, column) => column === key.value && at >= range.value.first && at <= range.value.last,
    write,
    commit,
    keyed
  }
}
