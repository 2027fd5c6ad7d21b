/** Labels of an OME-Zarr image: the group `labels` beside its arrays, which lists multiscale images of whole numbers (NGFF 0.4 and 0.5, section labels). */
import type { LabelColour, LabelInfo } from '../../../src-preload/contract/label'
import { Failed } from '../../../src-preload/contract/failure'
import { isJsonObject, type Json } from '../../../src-preload/contract/record'
import type { LabelImage, Level } from '../dataset'
import { isSmallerCopy } from '../levels'
import { readNode, type ZarrNode } from './node'
import { omeAttributes } from './ome-attributes'
import { joinKey, safeKey, type Store } from './store'
import { zarrImage, type ZarrImage } from './zarr-image'

const MOST_LABELS = 200

export async function labelsOf(store: Store, image: ZarrImage): Promise<LabelImage[]> {
  const { info, path } = image
  const group = joinKey(path, 'labels')
  const node =
    info.readable && (await store.inside(group)) ? await orNull(() => readNode(store, group)) : null
  const names = node === null ? [] : namesIn(node)
  return Promise.all(
    names.slice(0, MOST_LABELS).map((name) => label(store, image, name, joinKey(group, name)))
  )
}

/** A damaged document has no labels; the image is there all the same. */
async function orNull<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Failed) return null
    throw error
  }
}

function namesIn(node: ZarrNode): string[] {
  const listed = omeAttributes(node)['labels']
  return (Array.isArray(listed) ? (listed as readonly Json[]) : []).flatMap((name) => {
    const safe = typeof name === 'string' ? safeKey(name) : null
    return safe === null || safe === '' ? [] : [safe]
  })
}

async function label(store: Store, image: ZarrImage, name: string, path: string): Promise<LabelImage> {
  const inside = await store.inside(path)
  const node = inside ? await orNull(() => readNode(store, path)) : null
  const own = await zarrImage(store, { path, node }, [], 0)
  const factor = factorOf(image, own)
  const reason = reasonAgainst(name, own, factor)
  const info: LabelInfo = { name, colours: node === null ? [] : coloursOf(node), reason }
  const places = axesOf(own).map((axis) => axesOf(image).findIndex(({ name: other }) => other === axis.name))
  return {
    info,
    levels: own.levels,
    factor: factor ?? { x: 1, y: 1 },
    part(index, box, signal) {
      const there = own.outer.map((size, i) => (size === 1 ? 0 : (index[places[i] ?? -1] ?? -1)))
      const outside = there.some((at, i) => at < 0 || at >= (own.outer[i] ?? 0))
      if (!outside) return own.part(there, box, signal)
      return Promise.resolve({
        missing: 'never acquired',
        reason: `The label ${name} has nothing at [${index.join(', ')}].`
      })
    }
  }
}

const axesOf = ({ info }: ZarrImage): ZarrImage['info']['axes'] =>
  info.axes.filter(({ name }) => !['y', 'x', 's'].includes(name.toLowerCase()))

function reasonAgainst(name: string, { info }: ZarrImage, factor: Level['factor'] | null): string | null {
  if (!info.readable) return info.reason ?? `The label ${name} can't be read.`
  if (!/^(u?int|bool)/.test(info.pixelType))
    return `The label ${name} holds ${info.pixelType}, not whole numbers.`
  return factor === null ? `The label ${name} has another shape than the image.` : null
}

/** A label may be coarser than its image; null where it shows something else. */
function factorOf(image: ZarrImage, own: ZarrImage): Level['factor'] | null {
  const [full] = image.levels
  const [label] = own.levels
  if (full === undefined || label === undefined) return null
  const same = label.width === full.width && label.height === full.height
  if (!same && !isSmallerCopy(label, full)) return null
  return { x: full.width / label.width, y: full.height / label.height }
}

/** `colors` of `image-label`: rgba, 0 to 255 each. */
function coloursOf(node: ZarrNode): LabelColour[] {
  const told = omeAttributes(node)['image-label']
  const colours =
    isJsonObject(told) && Array.isArray(told['colors']) ? (told['colors'] as readonly Json[]) : []
  return colours.filter(isJsonObject).flatMap((each): LabelColour[] => {
    const value = each['label-value']
    const rgba = Array.isArray(each['rgba']) ? (each['rgba'] as readonly Json[]) : []
    const sound = rgba.every((part): part is number => typeof part === 'number' && part >= 0 && part <= 255)
    if (typeof value !== 'number' || rgba.length < 3 || !sound) return []
    const hex = rgba.slice(0, 3).map((part) => Math.round(part).toString(16).padStart(2, '0'))
    return [{ value, colour: `#${hex.join('')}`, opacity: (rgba[3] ?? 255) / 255 }]
  })
}
