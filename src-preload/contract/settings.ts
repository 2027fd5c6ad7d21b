/** What survives a restart. Every field has a default, so that an older or damaged file never stops the app. */
import { RUN_FORMATS, FULL_POOL_POLICIES } from './run'
import { cameraCheck } from './camera'
import { devicePresetsCheck } from './device-preset'
import { multiDCheck } from './multi-d'
import { keptDisplaysCheck, overlaysCheck } from './picture-display'
import { ringCheck, ruleCheck } from './rule'
import { integer, list, nullable, number, oneOf, shape, text, truth, type Check, type Checked } from './check'

export const THEMES = ['dark', 'light', 'red'] as const

export const TRIGGER_KINDS = ['manual', 'interval', 'serial', 'multi-d'] as const

/** A comma would part one tag into two. */
export const tagsCheck: Check<string[]> = (value, name) =>
  list(text(60), 9)(value, name).map((tag) => tag.replace(/,/g, ' '))

export const settingsCheck = shape({
  theme: oneOf(...THEMES),
  folder: text(4_000),
  prefix: text(200),
  format: oneOf(...RUN_FORMATS),
  triggerKind: oneOf(...TRIGGER_KINDS),
  multiD: multiDCheck,
  intervalMs: number(1, 86_400_000),
  /** The trigger instrument that was chosen; null: the first there is. */
  triggerDevice: nullable(text(500)),
  frames: nullable(integer(1, 1e9)),
  seconds: nullable(number(0.001, 1e8)),
  fullPool: oneOf(...FULL_POOL_POLICIES),
  serialPorts: list(text(1_200), 20),
  camera: cameraCheck,
  recents: list(shape({ path: text(4_000), name: text(1_000), openedAt: text(40) }), 50),
  live: truth,
  displays: keptDisplaysCheck,
  overlays: overlaysCheck,
  /** Names of the tags on the keys 1 to 9; empty: none. */
  tags: tagsCheck,
  /** A run that stands still is heard as well. */
  alarmSound: truth,
  devicePresets: devicePresetsCheck,
  rules: list(ruleCheck, 200),
  ring: ringCheck,
  /** The local socket for other programs; off until the user turns it on (X3). */
  programs: shape({ on: truth, port: integer(1_024, 65_535) })
})

export type Settings = Checked<typeof settingsCheck>
