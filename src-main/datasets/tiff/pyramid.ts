/** Smaller copies of a page: the directories that its SubIFDs field names (TIFF technical note 1), as OME-TIFF stores its pyramids. */
import type { ByteSource } from '../byte-source'
import type { Level } from '../dataset'
import { isLarge, isSmallerCopy } from '../levels'
import { readIfd, readNumbers, TiffDamage, type Ifd, type TiffHeader } from './ifd'
import { readLayout, Unsupported, unsupportedReason, type Layout } from './layout'
import { isPlain } from './read-plane'
import { TAG } from './tags'
import { rowBytes, sampleBytes } from './unpack'

const MOST_COPIES = 64

/** Those that can be read and show the whole page in the same kind of pixels, largest first. */
export function smallerCopies(source: ByteSource, header: TiffHeader, page: Ifd, full: Layout): Layout[] {
  const entry = page.entries.get(TAG.subIfds)
  if (entry === undefined || entry.count > MOST_COPIES || !isLarge(full)) return []
  const copies: Layout[] = []
  let before = full
  for (const offset of readNumbers(source, header, entry)) {
    const copy = layoutAt(source, header, offset)
    if (copy === null || !alike(copy, full) || !isSmallerCopy(copy, full) || copy.width >= before.width)
      continue
    copies.push(copy)
    before = copy
  }
  return copies
}

/** Null where the copy is damaged: the page itself still tells everything. */
function layoutAt(source: ByteSource, header: TiffHeader, offset: number): Layout | null {
  try {
    const layout = readLayout(source, header, readIfd(source, header, offset))
    return unsupportedReason(layout) === null ? layout : null
  } catch (error) {
    if (error instanceof TiffDamage || error instanceof Unsupported) return null
    throw error
  }
}

const alike = (a: Layout, b: Layout): boolean => a.samples === b.samples && a.pixelType === b.pixelType

export const levelsOf = (layouts: readonly Layout[]): Level[] => {
  const [full] = layouts
  if (full === undefined) return []
  return layouts.map((layout) => ({
    width: layout.width,
    height: layout.height,
    factor: { x: full.width / layout.width, y: full.height / layout.height },
    block: blockOf(layout)
  }))
}

function blockOf(layout: Layout): Level['block'] {
  if (isPlain(layout)) return { width: layout.width, height: 1, bytes: rowBytes(layout, layout.width) }
  const { blockWidth: width, blockHeight: height, samples } = layout
  return { width, height, bytes: width * height * samples * sampleBytes(layout) }
}
