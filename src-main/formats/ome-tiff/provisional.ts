/**
 * The OME-XML that stands in a TIFF while it is recorded: always valid, always of the same length, and only about planes that the chain of
 * directories already reaches. A reader of a killed file sees right pixels with it.
 */
import type { ImagePlan, StreamPlan } from '../file-sink'
import { formElements } from '../ome-xml/form-elements'
import { rootStart } from '../ome-xml/ome-xml'
import { imageStart, pixelsStart } from '../ome-xml/pixels-element'

/** What people typed comes at the end: it may still change. */
const NOTHING_TYPED = formElements(undefined)
const END = '</OME>'
/** The largest plane count that sizes are written with. */
const MOST = 2 ** 31 - 1

function blockStart(plan: StreamPlan, image: ImagePlan, planes: number): string {
  const input = { plan, image, number: 0, planes, form: NOTHING_TYPED }
  const tiffData = `      <TiffData IFD="0" PlaneCount="${planes}"/>\n    </Pixels>\n  </Image>\n`
  return rootStart(plan, plan.uuids[image.index] ?? '') + imageStart(input) + pixelsStart(input) + tiffData
}

/** Bytes that every block of this image fits into, with its closing NUL. */
export function provisionalLength(plan: StreamPlan, image: ImagePlan): number {
  const slowest = plan.axes[0]
  const inner = plan.axes.slice(1).reduce((product, axis) => product * (axis.count ?? 1), 1)
  // Only a channel axis adds elements as it grows; one without an end is given room for 64.
  const steps = slowest?.count ?? (slowest?.type === 'channel' ? 64 : MOST)
  const digits = 2 * String(MOST).length
  return Buffer.byteLength(blockStart(plan, image, steps * inner)) + digits + END.length + 1
}

/** The block for so many planes, blanks before its end tag making up the length; null: it has outgrown its room. */
export function provisionalBlock(
  plan: StreamPlan,
  image: ImagePlan,
  planes: number,
  length: number
): Buffer | null {
  const start = Buffer.from(blockStart(plan, image, planes))
  const blanks = length - start.byteLength - END.length - 1
  return blanks < 0 ? null : Buffer.concat([start, Buffer.from(`${' '.repeat(blanks)}${END}\0`)])
}
