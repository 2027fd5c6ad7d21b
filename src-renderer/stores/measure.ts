/** The shape that is measured in Review, its values in the frame in view, and in all frames when asked for. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { toFailure, type Failure } from '../../src-preload/contract/failure'
import type {
  Measured,
  MeasuredFrames,
  MeasuredShape,
  MeasureProgress
} from '../../src-preload/contract/measure'
import { call, on } from '../client'
import { placeKey, type Place } from '../composables/detail'
import { Latest } from '../model/latest'
import { fitted, type ShapeKind } from '../model/measured-shape'
import { pixelSidesUm } from '../model/planes'
import { useApp } from './app'
import { useReview } from './review'

interface Wanted extends Place {
  readonly shape: MeasuredShape
}
const keyOf = (wanted: Wanted): string => `${placeKey(wanted)} ${JSON.stringify(wanted.shape)}`

/** A shape in all frames, and of which dataset, image and shape that is. */
interface Over {
  readonly id: string
  readonly image: number
  readonly shape: MeasuredShape
  readonly measured: MeasuredFrames
}

export const useMeasure = defineStore('measure', () => {
  const app = useApp()
  const review = useReview()
  /** What is drawn next; null: nothing. */
  const drawing = ref<ShapeKind | null>(null)
  const kind = ref<ShapeKind>('line')
  const wish = shallowRef<MeasuredShape | null>(null)
  const full = computed(() => {
    const axes = review.imageInfo?.axes ?? []
    const size = (name: string): number => axes.find((axis) => axis.name.toLowerCase() === name)?.size ?? 0
    return { width: size('x'), height: size('y') }
  })
  /** What of it lies in the frames of this image. */
  const shape = computed(() => (wish.value === null ? null : fitted(wish.value, full.value)))
  const sides = computed(() => (review.imageInfo === null ? null : pixelSidesUm(review.imageInfo)))

  const found = shallowRef<{ of: string; measured: Measured } | null>(null)
  const failure = shallowRef<{ of: string; said: Failure } | null>(null)
  const questions = new Latest<Wanted, Measured>(
    ({ id, image, index, shape: asked }) =>
      call('dataset.measure', { id, image, index: [...index], shape: asked }),
    (measured, wanted) => {
      found.value = { of: keyOf(wanted), measured }
      failure.value = null
    },
    (error, wanted) => {
      failure.value = { of: keyOf(wanted), said: toFailure(error) }
    }
  )
  /** Of the frame that is on the screen. */
  const wanted = computed<Wanted | null>(() => {
    const id = review.info?.id
    const place = review.shown
    if (id === undefined || place === null || shape.value === null) return null
    return { id, ...place, shape: shape.value }
  })
  // A frame that is still being recorded may have its pixels later.
  watch([wanted, () => review.picture !== null], ([next]) => {
    if (next === null) questions.forget()
    else questions.want(next)
  })
  /** Only what belongs to what is on the screen; null while it is on its way. */
  const measured = computed(() =>
    wanted.value !== null && found.value?.of === keyOf(wanted.value) ? found.value.measured : null
  )
  const failed = computed(() =>
    wanted.value !== null && failure.value?.of === keyOf(wanted.value) ? failure.value.said : null
  )

  function choose(next: ShapeKind): void {
    kind.value = next
    const old = wish.value
    if (old === null || old.kind === next) return
    // a region keeps its place as the other kind of region; a line has none
    wish.value = old.kind === 'line' || next === 'line' ? null : { ...old, kind: next }
  }
  function draw(next: ShapeKind): void {
    kind.value = next
    drawing.value = drawing.value === next ? null : next
  }
  function put(next: MeasuredShape | null): void {
    wish.value = next
    if (next !== null) kind.value = next.kind
  }

  const over = shallowRef<Over | null>(null)
  const progress = shallowRef<MeasureProgress | null>(null)
  let measuring: string | null = null

  async function overFrames(): Promise<void> {
    const id = review.info?.id
    const asked = shape.value
    const image = review.image
    if (id === undefined || asked === null) return
    progress.value = { done: 0, total: review.info?.frames ?? 0 }
    measuring = id
    const undo = on('measure.progress', (told) => {
      if (told.id === id) progress.value = told
    })
    try {
      const answer = await call('dataset.measureFrames', { id, image, shape: asked })
      if (review.info?.id === id) over.value = { id, image, shape: asked, measured: answer }
    } catch (error) {
      const said = toFailure(error)
      if (said.code !== 'cancelled') app.fail(said)
    } finally {
      undo()
      progress.value = null
      measuring = null
    }
  }
  function overStop(): void {
    const id = measuring
    if (id !== null) void app.attempt(() => call('dataset.measureStop', { id }))
  }
  watch(
    () => review.info?.id,
    () => {
      over.value = null
      drawing.value = null
    }
  )

  return {
    drawing,
    kind,
    full,
    shape,
    sides,
    measured,
    failed,
    choose,
    draw,
    put,
    over: computed(() => (over.value?.image === review.image ? over.value : null)),
    overIsOld: computed(() => JSON.stringify(over.value?.shape) !== JSON.stringify(shape.value)),
    progress,
    overFrames,
    overStop
  }
})
