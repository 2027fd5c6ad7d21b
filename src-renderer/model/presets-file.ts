/** All presets and templates as one JSON file, to carry them to another computer. */
import {
  contentCheck,
  type Description,
  type DescriptionChange
} from '../../src-preload/contract/description'
import { devicePresetsCheck, type DevicePreset } from '../../src-preload/contract/device-preset'
import { Failed } from '../../src-preload/contract/failure'
import { describe } from '../strings-describe'

const KIND = 'benchframe-presets'
const VERSION = 1

export const presetsFile = (
  { presets, chosen, templates }: Description,
  devicePresets: readonly DevicePreset[] = []
): string =>
  `${JSON.stringify({ kind: KIND, version: VERSION, presets, chosen, templates, devicePresets }, null, 2)}\n`

/** Presets of the same id are replaced, all others stay; what is in use here stays in use. */
export function readPresetsFile(
  text: string,
  description: Description,
  devicePresets: readonly DevicePreset[] = []
): {
  readonly change: DescriptionChange
  readonly devicePresets: readonly DevicePreset[]
  readonly count: number
} {
  const { canUndo: _, canRedo: __, ...content } = description
  const { devicePresets: ofDevices, ...found } = parsed(text)
  // The same check that main makes, so that a bad file changes nothing.
  const { presets, templates, chosen } = contentCheck({ ...content, ...found }, 'presets')
  const read = devicePresetsCheck(ofDevices, 'devicePresets')
  const ids = new Set(presets.map(({ id }) => id))
  const names = new Set(templates.map(({ name }) => name))
  return {
    count: presets.length + read.length,
    devicePresets: [...devicePresets.filter((one) => !read.some(({ id }) => id === one.id)), ...read],
    change: {
      presets: [...content.presets.filter(({ id }) => !ids.has(id)), ...presets],
      templates: [...content.templates.filter(({ name }) => !names.has(name)), ...templates],
      chosen: { ...chosen, ...content.chosen }
    }
  }
}

function parsed(text: string): { readonly devicePresets: unknown } {
  let file: unknown = null
  try {
    file = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  const { kind, presets, templates, chosen, devicePresets } = (file ?? {}) as Record<string, unknown>
  if (kind !== KIND)
    throw new Failed('argument.invalid', describe.preset.notPresets, { next: describe.preset.fileNext })
  // Files from before there were presets of devices have none.
  const found = {
    presets,
    templates: templates ?? [],
    chosen: chosen ?? {},
    devicePresets: devicePresets ?? []
  }
  return found
}
