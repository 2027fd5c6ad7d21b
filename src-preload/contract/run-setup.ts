/** How a run was set up: kept in each dataset, and read back to set up another like it. */
import { integer, nullable, number, oneOf, list, shape, type Checked } from './check'
import { cameraCheck } from './camera'
import { multiDCheck } from './multi-d'
import { ringCheck, ruleCheck } from './rule'
import { FULL_POOL_POLICIES, RUN_FORMATS } from './run'

export const SETUP_NAMESPACE = 'benchframe/setup'
/** A field of its own, since a plan is also what OME's axes are made from. */
export const MULTI_D_NAMESPACE = 'benchframe/multi-d'

/** Under the names that the settings have. What belongs to this computer (folder, ports) is not in it. */
export const setupFields = {
  format: oneOf(...RUN_FORMATS),
  triggerKind: oneOf('manual', 'interval', 'serial', 'multi-d'),
  intervalMs: number(1, 86_400_000),
  frames: nullable(integer(1, 1e9)),
  seconds: nullable(number(0.001, 1e8)),
  fullPool: oneOf(...FULL_POOL_POLICIES),
  multiD: multiDCheck,
  rules: list(ruleCheck, 200),
  ring: ringCheck,
  camera: cameraCheck
} as const

export const setupCheck = shape(setupFields)
export type RunSetup = Checked<typeof setupCheck>

export interface FoundSetup {
  readonly path: string
  /** Fields that the dataset tells and that are legal today. */
  readonly setup: Partial<RunSetup>
}
