/** The dataset that the open one is compared with: its frames, which of them belongs to the one in view, and their difference. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Difference } from '../../src-preload/contract/compare'
import type { DatasetInfo, DatasetMetadata } from '../../src-preload/contract/dataset'
import { toFailure, type Failure } from '../../src-preload/contract/failure'
import type { Picture } from '../../src-preload/contract/pixels'
import { call, on } from '../client'
import { createDetail, placeKey, type Place } from '../composables/detail'
import { createRowReader } from '../composables/row-reader'
import { baseName } from '../model/format'
import { FrameRows } from '../model/frame-rows'
import { Latest } from '../model/latest'
import {
  happenings,
  partner,
  sideOf,
  usualTolerance,
  type Happening,
  type Pair,
  type PairBy
} from '../model/pairing'
import { useApp } from './app'
import { useReview } from './review'

export type CompareMode = 'beside' | 'difference' | 'metadata'

interface Both {
  readonly left: Place
  readonly right: Place
  readonly side: number
}
const plain = ({ id, image, index }: Place): { id: string; image: number; index: number[] } => ({
  id,
  image,
  index: [...index]
})

/** A picture of another size is of the same frames. */
const keyOf = ({ left, right }: Both): string => `${placeKey(left)} ${placeKey(right)}`

export const useCompare = defineStore('compare', () => {
  const app = useApp()
  const review = useReview()
  const info = shallowRef<DatasetInfo | null>(null)
  const opening = ref<string | null>(null)
  const rows = shallowRef(new FrameRows())
  const metadata = shallowRef<DatasetMetadata | null>(null)
  const mode = ref<CompareMode>('beside')
  const by = ref<PairBy>('index')
  /** Null: as usual for the other dataset's frames. */
  const tolerance = ref<number | null>(null)
  const readRows = createRowReader(() => info.value?.id, rows)

  /** What is on the screen, which may still be the frame before that which the sliders ask for. */
  const here = computed<Place | null>(() => {
    const id = review.info?.id
    return id === undefined || review.shown === null ? null : { id, ...review.shown }
  })
  const eventsOf = (found: FrameRows): readonly Happening[] => (by.value === 'event' ? happenings(found) : [])
  const own = computed(() =>
    review.info === null ? null : sideOf(review.info.images, review.rows, eventsOf(review.rows))
  )
  const other = computed(() =>
    info.value === null ? null : sideOf(info.value.images, rows.value, eventsOf(rows.value))
  )
  const usual = computed(() =>
    other.value === null || here.value === null ? 0.5 : usualTolerance(other.value, here.value)
  )
  const pair = computed<Pair | null>(() => {
    if (own.value === null || other.value === null || here.value === null) return null
    const wide = by.value === 'index' ? 0 : (tolerance.value ?? usual.value)
    return partner(own.value, other.value, here.value, by.value, wide)
  })
  const there = computed<Place | null>(() =>
    info.value === null || pair.value?.kind !== 'pair'
      ? null
      : { id: info.value.id, image: pair.value.image, index: pair.value.index }
  )

  /** An answer belongs to what was asked; what is shown under another pair would be a lie. */
  const shown = shallowRef<{ of: string; picture: Picture } | null>(null)
  const missing = shallowRef<{ of: string; said: Failure } | null>(null)
  const pictures = new Latest<Place & { side: number }, Picture>(
    ({ id, image, index, side }) => call('dataset.picture', { id, image, index: [...index], side }),
    (picture, place) => {
      shown.value = { of: placeKey(place), picture }
      missing.value = null
    },
    (error, place) => {
      missing.value = { of: placeKey(place), said: toFailure(error) }
    }
  )
  const picture = computed(() =>
    there.value !== null && shown.value?.of === placeKey(there.value) ? shown.value.picture : null
  )
  const lost = computed(() =>
    there.value !== null && missing.value?.of === placeKey(there.value) ? missing.value.said : null
  )
  const detail = createDetail((error) => app.fail(toFailure(error)))
  watch([there, picture], () => detail.show(there.value, picture.value))

  const found = shallowRef<{ of: string; difference: Difference } | null>(null)
  const refused = shallowRef<{ of: string; said: Failure } | null>(null)
  const differences = new Latest<Both, Difference>(
    ({ left, right, side }) =>
      call('dataset.difference', {
        left: plain(left),
        right: plain(right),
        side
      }),
    (difference, both) => {
      found.value = { of: keyOf(both), difference }
      refused.value = null
    },
    (error, both) => {
      refused.value = { of: keyOf(both), said: toFailure(error) }
    }
  )
  const both = computed<Both | null>(() =>
    here.value === null || there.value === null
      ? null
      : { left: here.value, right: there.value, side: review.side }
  )
  const difference = computed(() =>
    both.value !== null && found.value?.of === keyOf(both.value) ? found.value.difference : null
  )
  const differenceFailed = computed(() =>
    both.value !== null && refused.value?.of === keyOf(both.value) ? refused.value.said : null
  )
  // A frame that is still being recorded may have its pixels later.
  watch([both, mode, () => review.picture !== null], () => {
    if (both.value === null || mode.value === 'metadata') {
      pictures.forget()
      differences.forget()
    } else if (mode.value === 'beside') pictures.want({ ...both.value.right, side: both.value.side })
    else differences.want(both.value)
  })

  /** Half the width of the difference's window; null: the greatest difference. */
  const half = ref<number | null>(null)
  const window = computed(() => {
    if (half.value !== null) return half.value
    const most = Math.abs(difference.value?.mostApart?.difference ?? 0)
    return most > 0 ? most : 1
  })

  let deaf: (() => void) | null = null
  async function open(path: string): Promise<void> {
    if (opening.value !== null) return
    opening.value = baseName(path)
    const next = await app.attempt(() => call('dataset.open', { path }))
    opening.value = null
    if (next === undefined) return
    if (review.info === null) return void app.attempt(() => call('dataset.close', { id: next.id }))
    await close()
    info.value = next
    tolerance.value = null
    half.value = null
    deaf = on('dataset.grown', ({ info: grown, changedFrom }) => {
      if (info.value?.id !== grown.id) return
      info.value = grown
      void app.attempt(() => readRows(changedFrom))
    })
    await app.attempt(() => Promise.all([readRows(0), readMetadata(next.id)]))
  }
  async function readMetadata(id: string): Promise<void> {
    const answer = await call('dataset.metadata', { id })
    if (info.value?.id === id) metadata.value = answer
  }
  async function choose(kind: 'file' | 'folder'): Promise<void> {
    const path = await app.attempt(() => call('dataset.choose', { kind }))
    if (path != null) await open(path)
  }
  async function close(): Promise<void> {
    const id = info.value?.id
    deaf?.()
    deaf = null
    info.value = null
    rows.value = new FrameRows()
    metadata.value = null
    if (id !== undefined) await app.attempt(() => call('dataset.close', { id }))
  }
  watch(
    () => review.info === null,
    (none) => {
      if (none) void close()
    }
  )

  return {
    info,
    opening,
    rows,
    metadata,
    mode,
    by,
    tolerance,
    usual,
    pair,
    there,
    picture,
    lost,
    detail: detail.part,
    look: detail.look,
    difference,
    differenceFailed,
    half,
    window,
    open,
    choose,
    close
  }
})
