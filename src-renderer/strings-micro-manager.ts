/** The texts about Micro-Manager's devices; part of strings.ts, which is the one place to look for them. */
import { counted } from './model/format'

export const microManager = {
  help: 'Every device of the configuration is driven by Micro-Manager itself, through a Python with the package pymmcore.',
  configuration: 'Configuration file',
  configurationPlaceholder: 'configuration, such as MMConfig.cfg',
  folder: 'Folder of Micro-Manager',
  folderPlaceholder: 'Micro-Manager’s folder',
  browse: 'Browse…',
  partOf: 'Part of',
  parts: (n: number) => counted(n, 'device'),
  find: 'Find a property',
  noneFound: 'No property has this in its name.'
}
