/** The texts of device presets. */
import { counted } from './model/format'

export const devicePresets = {
  title: 'Presets',
  none: 'A preset sets several devices at once, and waits until they have settled.',
  add: 'New preset…',
  newTitle: 'New preset',
  newHelp: 'What you tick is kept as it is now.',
  name: 'Name',
  nameFor: (n: number) => `Preset ${n}`,
  ticked: (n: number) => (n === 0 ? 'nothing is ticked' : counted(n, 'value')),
  find: 'Find a property',
  save: 'Keep as a preset',
  apply: (name: string) => `Set ${name}`,
  set: 'Set',
  settling: 'Settling…',
  more: (name: string) => `More for ${name}`,
  rename: 'Rename…',
  renameTitle: 'Rename the preset',
  update: 'Keep the values of now',
  remove: 'Delete',
  holds: 'This is how the devices stand now',
  settings: (lines: readonly string[]) => lines.join('\n'),
  on: 'on',
  off: 'off',
  away: 'not connected',
  onlyWith: (name: string) => `From preset: ${name}`
}
