/**
 * Where things lie in one of our TIFFs: a header block with the provisional XML, then groups of K directories and K planes, each part on whole
 * pages. Uncompressed planes lie at places that their number alone tells; compressed ones follow each other.
 */
import { frameBytes, type FrameFormat } from '../../../src-preload/contract/pixels'
import { toPage } from '../direct-file'
import { slotStride } from '../frame-pool'
import { IFD_BYTES } from './ifd'

const GROUP_BYTES = 64 * 1024 * 1024
const PER_PAGE = 16
const MOST_PER_GROUP = 1024

export interface GroupLayout {
  /** Bytes of the header block; the first group begins there. */
  readonly header: number
  readonly perGroup: number
  /** Bytes of a group's directories. */
  readonly ifdBytes: number
  /** Bytes from plane to plane, as in the pool, so that neighbours there are neighbours here. */
  readonly stride: number
  readonly planeBytes: number
}

/** `planes`: as many as the file can ever have, Infinity where nobody knows. */
export function groupLayout(format: FrameFormat, headerBytes: number, planes: number): GroupLayout {
  const planeBytes = frameBytes(format)
  const stride = slotStride(planeBytes)
  const wanted = Math.min(GROUP_BYTES / stride, MOST_PER_GROUP, planes)
  const perGroup = Math.max(1, Math.ceil(wanted / PER_PAGE)) * PER_PAGE
  return { header: toPage(headerBytes), perGroup, ifdBytes: toPage(perGroup * IFD_BYTES), stride, planeBytes }
}

/** Bytes of a whole group of uncompressed planes. */
const groupBytes = ({ perGroup, ifdBytes, stride }: GroupLayout): number =>
  ifdBytes + toPage(perGroup * stride)

export const groupStart = (layout: GroupLayout, group: number): number =>
  layout.header + group * groupBytes(layout)

/** Offset of an uncompressed plane's pixels. */
export function planeOffset(layout: GroupLayout, plane: number): number {
  const group = Math.floor(plane / layout.perGroup)
  return groupStart(layout, group) + layout.ifdBytes + (plane % layout.perGroup) * layout.stride
}
