/** Keeps a canvas showing a picture: uploads new pixels once, redraws at most once per screen refresh. */
import { onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'
import type { Picture } from '../../src-preload/contract/pixels'
import { bent, lut } from '../drawing/luts'
import { createRenderer } from '../drawing/create-renderer'
import type { PictureRenderer } from '../drawing/picture-renderer'
import { createCanvasRenderer } from '../drawing/canvas-renderer'
import type { Placement, Size } from '../drawing/viewport'
import type { DisplayState } from './display'

interface Sources {
  readonly picture: () => Picture | null
  /** A part of it that is finer, drawn over it. */
  readonly detail: () => Picture | null
  readonly display: () => DisplayState
  readonly placement: () => Placement | null
  readonly size: () => Size
  readonly pixelRatio: () => number
}

export function usePictureCanvas(
  canvas: Ref<HTMLCanvasElement | null>,
  sources: Sources
): { kind: Ref<PictureRenderer['kind'] | null>; generation: Ref<number> } {
  const kind = ref<PictureRenderer['kind'] | null>(null)
  // A canvas that had WebGL can never have 2D: losing the GPU needs a new element.
  const generation = ref(0)
  let renderer: PictureRenderer | null = null
  let uploaded: Picture | null = null
  let finer: Picture | null = null
  let due = 0

  function draw(): void {
    due = 0
    const picture = sources.picture()
    const placement = sources.placement()
    if (renderer === null || picture === null || placement === null) return
    if (picture !== uploaded) {
      renderer.upload('whole', picture)
      uploaded = picture
    }
    const detail = sources.detail()
    if (detail !== finer) {
      renderer.upload('detail', detail)
      finer = detail
    }
    const { from, to, lut: name, tint, gamma } = sources.display()
    renderer.draw({
      placement,
      canvas: sources.size(),
      pixelRatio: sources.pixelRatio(),
      from,
      to,
      table: bent(lut(name, tint), gamma)
    })
    canvas.value?.setAttribute('data-frame', String(picture.frame))
  }

  function soon(): void {
    if (due === 0) due = requestAnimationFrame(draw)
  }

  function begin(fallback: boolean): void {
    renderer?.dispose()
    uploaded = null
    finer = null
    renderer = null
    if (canvas.value !== null)
      renderer = fallback ? createCanvasRenderer(canvas.value) : createRenderer(canvas.value, lost)
    kind.value = renderer?.kind ?? null
    soon()
  }
  function lost(): void {
    generation.value++
  }

  onMounted(() => begin(false))
  watch(canvas, (element, before) => {
    if (element !== null && before !== null && element !== before) begin(true)
  })
  watch(() => {
    const { from, to, lut: name, tint, gamma } = sources.display()
    return [
      sources.picture(),
      sources.detail(),
      sources.placement(),
      sources.size(),
      sources.pixelRatio(),
      from,
      to,
      name,
      tint,
      gamma
    ]
  }, soon)
  onBeforeUnmount(() => {
    cancelAnimationFrame(due)
    renderer?.dispose()
  })
  return { kind, generation }
}
