/** Where in a frame table one writes: a cell, the rows that are chosen with it, and what was typed so far, which outlives scrolling. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'

export type EditCells = (first: number, last: number, key: string, typed: string) => Promise<boolean>

export interface CellCursor {
  readonly place: Ref<number>
  readonly key: Ref<string | null>
  /** What is being typed; null: nothing is. */
  readonly typed: Ref<string | null>
  readonly range: ComputedRef<{ readonly first: number; readonly last: number }>
  put: (place: number, key: string, extend: boolean) => void
  isIn: (place: number, key: string) => boolean
  commit: (everywhere: boolean) => Promise<void>
}

export function useCellCursor(options: {
  readonly count: () => number
  readonly growsAtTop: () => boolean
  readonly edit: () => EditCells | undefined
}): CellCursor {
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
  watch(options.count, (now, before) => {
    if (now < before) {
      place.value = anchor.value = -1
      typed.value = null
    } else if (options.growsAtTop() && place.value >= 0) {
      place.value += now - before
      anchor.value += now - before
    }
  })
  return {
    place,
    key,
    typed,
    range,
    put(to, column, extend) {
      place.value = to
      if (!extend || key.value !== column || anchor.value < 0) anchor.value = to
      key.value = column
    },
    isIn: (at, column) => column === key.value && at >= range.value.first && at <= range.value.last,
    /** Keeps what was typed until it is on disk. */
    async commit(everywhere) {
      const text = typed.value
      const edit = options.edit()
      if (busy || text === null || key.value === null || edit === undefined) return
      busy = true
      const { first, last } = everywhere ? range.value : { first: place.value, last: place.value }
      const done = await edit(first, last, key.value, text).finally(() => (busy = false))
      if (done && typed.value === text) typed.value = null
    }
  }
}
