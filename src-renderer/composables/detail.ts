/** Keeps the finer part of a large frame that the screen needs. Never that of another frame than the one that is shown. */
import { computed, shallowRef, type ComputedRef } from 'vue'
import type { Picture } from '../../src-preload/contract/pixels'
import { call } from '../client'
import type { View } from '../drawing/viewport'
import { detailFor, type DetailWanted } from '../model/detail'
import { Latest } from '../model/latest'

/** A frame of an open dataset. */
export interface Place {
  readonly id: string
  readonly image: number
  readonly index: readonly number[]
}

interface Wanted extends DetailWanted {
  readonly place: Place
}

export interface Detail {
  readonly picture: ComputedRef<Picture | null>
  /** What is on the screen now. */
  look(view: View): void
  /** Another frame is shown, or none. */
  show(place: Place | null, picture: Picture | null): void
}

const same = (a: Place, b: Place): boolean =>
  a.id === b.id && a.image === b.image && a.index.join() === b.index.join()

export function createDetail(failed: (error: unknown) => void): Detail {
  const shown = shallowRef<{ place: Place; picture: Picture } | null>(null)
  const finer = shallowRef<{ place: Place; picture: Picture } | null>(null)
  let view: View | null = null
  let asked: Wanted | null = null

  const parts = new Latest<Wanted, Picture>(
    ({ place: { id, image, index }, area, scale }) =>
      call('dataset.detail', { id, image, index: [...index], area, scale }),
    (picture, { place }) => {
      finer.value = { place, picture }
    },
    failed
  )

  function want(): void {
    if (shown.value === null || view === null) return
    const { place, picture } = shown.value
    const known = asked !== null && same(asked.place, place) ? asked : null
    const wanted = detailFor(view, picture, known)
    if (wanted === null) {
      parts.forget()
      asked = null
      finer.value = null
    } else if (wanted !== known) {
      asked = { ...wanted, place }
      parts.want(asked)
    }
  }

  return {
    picture: computed(() =>
      finer.value !== null && shown.value !== null && same(finer.value.place, shown.value.place)
        ? finer.value.picture
        : null
    ),
    look(next) {
      view = next
      want()
    },
    show(place, picture) {
      shown.value = place === null || picture === null ? null : { place, picture }
      if (shown.value !== null) return want()
      parts.forget()
      asked = null
      finer.value = null
    }
  }
}
