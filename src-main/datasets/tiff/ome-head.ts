/**
 * A long OME-XML block without its repetitions: per image one Plane and the number of those left out, no annotations of frames. A dataset opens with
 * this; the whole block is parsed when someone wants the records. What it can't shorten safely it leaves as it is.
 */

/** The element that stands for Planes left out; `N` is how many. Parsed by ome-xml.ts, never written to a file. */
export const LEFT_OUT = 'BenchframePlanesLeftOut'
/** Shorter blocks are parsed whole at once. */
export const LONG_BLOCK = 256 * 1024
/** Longer ones do not fit into one buffer with ease. */
export const LONGEST_BLOCK = 512 << 20

const SPACE = 32

/** Null where the block has no form that is understood here; then it is parsed whole. */
export function omeHead(block: Buffer): Buffer | null {
  const root = /<(?:([A-Za-z_][\w.-]*):)?OME[\s>]/.exec(block.toString('latin1', 0, 4096))
  if (root === null) return null
  const prefix = root[1] === undefined ? '' : `${root[1]}:`
  const parts: Buffer[] = []
  const end = cutPlanes(block, prefix, parts)
  if (end === null) return null
  cutAnnotations(block, prefix, end, parts)
  return Buffer.concat(parts)
}

/** Pushes everything up to the end of the last Pixels with Planes; answers where the rest begins. */
function cutPlanes(block: Buffer, prefix: string, parts: Buffer[]): number | null {
  const mark = Buffer.from(`<${prefix}Plane`)
  const close = Buffer.from(`</${prefix}Pixels>`)
  let from = 0
  for (;;) {
    const first = block.indexOf(mark, from)
    if (first < 0) return from
    const end = block.indexOf(close, first)
    if (end < 0) return null
    let count = 0
    let second = end
    for (let at = first; at >= 0 && at < end; at = block.indexOf(mark, at + mark.length)) {
      if (block[at + mark.length] !== SPACE) return null // an element of another name, or one written in another way
      if (++count === 2) second = at
    }
    parts.push(block.subarray(from, second))
    if (count > 1) parts.push(Buffer.from(`<${LEFT_OUT} N="${count - 1}"/>`))
    from = end
  }
}

/** Leaves out the annotations before the first that has a Namespace: those of frames have none. */
function cutAnnotations(block: Buffer, prefix: string, from: number, parts: Buffer[]): void {
  const start = block.indexOf(`<${prefix}StructuredAnnotations`, from)
  const mark = `<${prefix}MapAnnotation `
  const first = start < 0 ? -1 : block.indexOf(mark, start)
  if (first < 0) {
    parts.push(block.subarray(from))
    return
  }
  const named = block.indexOf(' Namespace="', first)
  const next =
    named < 0 ? block.indexOf(`</${prefix}StructuredAnnotations>`, first) : block.lastIndexOf(mark, named)
  parts.push(block.subarray(from, first), block.subarray(Math.max(first, next)))
}
