/** Whether Fiji will open a dataset, in plain words. Source: what Bio-Formats 7/8 and ImageJ read, and what makes them drop metadata. */
import { missingPlanes } from '../../../src-preload/contract/dataset'
import type { FijiVerdict, RepairProposal } from '../../../src-preload/contract/repair'
import type { Dataset } from '../dataset'

const UNKNOWN_TYPES = ['int64', 'uint64', 'float16', 'complex64', 'complex128']

export function fijiVerdict(dataset: Dataset, repairs: readonly RepairProposal[]): FijiVerdict {
  const { kind, state, images } = dataset
  if (state !== 'complete')
    return {
      opens: 'no',
      text: 'It is not finished. Recover it first, or wait for its end; then Fiji can open it.'
    }
  const unreadable = images.find(({ readable }) => !readable)
  if (unreadable !== undefined)
    return { opens: 'no', text: `Its pixels can't be read: ${unreadable.reason ?? 'they are damaged'}` }
  const odd = images.find(({ pixelType }) => UNKNOWN_TYPES.includes(pixelType))
  if (odd !== undefined)
    return {
      opens: 'no',
      text: `Fiji has no images of type ${odd.pixelType}. Other programs (napari, Python) open it.`
    }
  if (kind.endsWith('zarr'))
    return {
      opens: 'with a plugin',
      text: 'Fiji alone does not open Zarr; with the plugin MoBIE or N5 it does. For Fiji without plugins, export it as OME-TIFF.'
    }
  const missing = images.reduce((sum, image) => sum + missingPlanes(image), 0)
  if (missing > 0)
    return {
      opens: 'in part',
      text: `Fiji opens it, but shows ${missing} missing planes as black or stops there.`
    }
  const drops = repairs.filter(({ kind: repair }) => repair === 'units' || repair === 'zeros')
  if (drops.length > 0)
    return {
      opens: 'in part',
      text: `Fiji opens the pixels but may drop the metadata: ${drops.map(({ text }) => text).join(' ')} Repair it first.`
    }
  const wrong = repairs.find(({ kind: repair }) => repair === 'sizes' || repair === 'members')
  if (wrong !== undefined)
    return { opens: 'in part', text: `Fiji opens it in part: ${wrong.text} Repair it first.` }
  return kind === 'ome-tiff'
    ? {
        opens: 'yes',
        text: 'Yes: drop it onto Fiji, or use Plugins > Bio-Formats > Importer to get all its metadata.'
      }
    : { opens: 'yes', text: 'Yes: drop it onto Fiji.' }
}
