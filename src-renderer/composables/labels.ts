/** The labels of the image that is shown, and the part of the chosen one that is on the screen. */
import { computed, shallowRef, type ComputedRef } from 'vue'
import type { LabelInfo, LabelPicture } from '../../src-preload/contract/label'
import type { Picture } from '../../src-preload/contract/pixels'
import { call } from '../client'
import type { View } from '../drawing/viewport'
import { partFor } from '../model/detail'
import { placeKey, type Place } from './detail'
import { createParts } from './parts'

interface LabelPlace extends Place {
  readonly label: string
}

export interface Labels {
  readonly known: ComputedRef<readonly LabelInfo[]>
  readonly chosen: ComputedRef<LabelInfo | null>
  readonly picture: ComputedRef<LabelPicture | null>
  choose(name: string | null): void
  look(view: View): void
  show(place: Place | null, picture: Picture | null): void
}

export function createLabels(failed: (error: unknown) => void): Labels {
  /** Of which image the list is. */
  const list = shallowRef<{ of: string; labels: readonly LabelInfo[] } | null>(null)
  /** Kept from image to image: the fields of a plate have the same labels. */
  const name = shallowRef<string | null>(null)
  let shown: { place: Place; picture: Picture } | null = null

  const parts = createParts<LabelPlace, Picture['full'], LabelPicture>({
    key: (place) => `${placeKey(place)} ${place.label}`,
    decide: partFor,
    ask: ({ place: { id, image, index, label }, area, scale }) =>
      call('dataset.labelPart', { id, image, index: [...index], label, area, scale }),
    failed
  })

  const known = computed(() => list.value?.labels ?? [])
  const chosen = computed(
    () => known.value.find((label) => label.name === name.value && label.reason === null) ?? null
  )

  async function findLabels({ id, image }: Place): Promise<void> {
    const of = `${id} ${image}`
    if (list.value?.of === of) return
    list.value = { of, labels: [] }
    try {
      const labels = await call('dataset.labels', { id, image })
      if (list.value.of !== of) return
      list.value = { of, labels }
      want()
    } catch (error) {
      failed(error)
    }
  }

  function want(): void {
    const label = chosen.value?.name
    if (shown === null || label === undefined) parts.show(null, null)
    else parts.show({ ...shown.place, label }, shown.picture.full)
  }

  return {
    known,
    chosen,
    picture: parts.part,
    choose(wanted) {
      name.value = wanted
      want()
    },
    look: parts.look,
    show(place, picture) {
      shown = place === null || picture === null ? null : { place, picture }
      if (place !== null) void findLabels(place)
      want()
    }
  }
}
