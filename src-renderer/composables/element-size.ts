/** Size of an element in CSS pixels, and how many device pixels one of them has. */
import { useDevicePixelRatio, useElementSize } from '@vueuse/core'
import { computed, type Ref } from 'vue'
import type { Size } from '../drawing/viewport'

export function useCanvasSize(element: Ref<HTMLElement | null>): {
  size: Ref<Size>
  pixelRatio: Readonly<Ref<number>>
} {
  const { width, height } = useElementSize(element)
  const { pixelRatio } = useDevicePixelRatio()
  return { size: computed(() => ({ width: width.value, height: height.value })), pixelRatio }
}
