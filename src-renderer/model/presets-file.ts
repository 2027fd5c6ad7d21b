/** All presets and templates as one JSON file, to carry them to another computer. */
import {
  contentCheck,
  type Description,
  type DescriptionChange
} from '../../src-preload/contract/description'
import { Failed } from '../../src-preload/contract/failure'
import { describe } from '../strings-describe'

const KIND = 'benchframe-presets'
const VERSION = 1

export const presetsFile = ({ presets, chosen, templates }: Description): string =>
  `${JSON.stringify({ kind: KIND, version: VERSION, presets, chosen, templates }, null, 2)}\n`

/** Presets of the same id are replaced, all others stay; what is in use here stays in use. */
export function readPresetsFile(
  text: string,
  description: Description
): { readonly change: DescriptionChange; readonly count: number } {
  const { canUndo: _, canRedo: __, ...content } = description
  const found = parsed(text)
  // The same check that main makes, so that a bad file changes nothing.
  const { presets, templates, chosen } = contentCheck({ ...content, ...found }, 'presets')
  const ids = new Set(presets.map(({ id }) => id))
  const names = new Set(templates.map(({ name }) => name))
  return {
    count: presets.length,
    change: {
      presets: [...content.presets.filter(({ id }) => !ids.has(id)), ...presets],
      templates: [...content.templates.filter(({ name }) => !names.has(name)), ...templates],
      chosen: { ...chosen, ...content.chosen }
    }
  }
}

function parsed(text: string): object {
  let file: unknown = null
  try {
    file = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  const { kind, presets, templates, chosen } = (file ?? {}) as Record<string, unknown>
  if (kind !== KIND)
    throw new Failed('argument.invalid', describe.preset.notPresets, { next: describe.preset.fileNext })
  return { presets, templates: templates ?? [], chosen: chosen ?? {} }
}
