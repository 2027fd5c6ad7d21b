/** The finer part of a large frame that is on the screen. */
import type { Picture } from '../../src-preload/contract/pixels'
import { call } from '../client'
import { detailFor } from '../model/detail'
import { createParts, type Parts } from './parts'

/** A frame of an open dataset. */
export interface Place {
  readonly id: string
  readonly image: number
  readonly index: readonly number[]
}

export const placeKey = ({ id, image, index }: Place): string => `${id} ${image} ${index.join()}`

export const createDetail = (failed: (error: unknown) => void): Parts<Place, Picture, Picture> =>
  createParts({
    key: placeKey,
    decide: detailFor,
    ask: ({ place: { id, image, index }, area, scale }) =>
      call('dataset.detail', { id, image, index: [...index], area, scale }),
    failed
  })
