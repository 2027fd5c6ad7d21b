/** Keeps a part of a frame that the screen needs, of whatever kind. Never that of another place than the one that is shown. */
import { computed, shallowRef, type ComputedRef } from 'vue'
import type { View } from '../drawing/viewport'
import type { PartWanted } from '../model/detail'
import { Latest } from '../model/latest'

export interface Wanted<P> extends PartWanted {
  readonly place: P
}

interface Kind<P, S, R> {
  /** The same for the same place. */
  readonly key: (place: P) => string
  /** What a view needs of what is shown; `known` where that is still enough, null where nothing is needed. */
  readonly decide: (view: View, shown: S, known: PartWanted | null) => PartWanted | null
  readonly ask: (wanted: Wanted<P>) => Promise<R>
  readonly failed: (error: unknown) => void
}

export interface Parts<P, S, R> {
  readonly part: ComputedRef<R | null>
  /** What is on the screen now. */
  look(view: View): void
  /** Another place is shown, or none. */
  show(place: P | null, what: S | null): void
}

export function createParts<P, S, R>({ key, decide, ask, failed }: Kind<P, S, R>): Parts<P, S, R> {
  const shown = shallowRef<{ place: P; what: S } | null>(null)
  const found = shallowRef<{ place: P; part: R } | null>(null)
  let view: View | null = null
  let asked: Wanted<P> | null = null

  const parts = new Latest<Wanted<P>, R>(
    ask,
    (part, { place }) => {
      found.value = { place, part }
    },
    failed
  )

  function nothing(): void {
    parts.forget()
    asked = null
    found.value = null
  }

  function want(): void {
    if (shown.value === null || view === null) return
    const { place, what } = shown.value
    const known = asked !== null && key(asked.place) === key(place) ? asked : null
    const wanted = decide(view, what, known)
    if (wanted === null) nothing()
    else if (wanted !== known) {
      asked = { ...wanted, place }
      parts.want(asked)
    }
  }

  return {
    part: computed(() =>
      found.value !== null && shown.value !== null && key(found.value.place) === key(shown.value.place)
        ? found.value.part
        : null
    ),
    look(next) {
      view = next
      want()
    },
    show(place, what) {
      shown.value = place === null || what === null ? null : { place, what }
      if (shown.value === null) nothing()
      else want()
    }
  }
}
