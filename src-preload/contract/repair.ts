/** What a check of a dataset finds, whether Fiji will open it, and the repairs that are safe: they change metadata alone and can be undone. */

export interface Finding {
  /** `error`: something is lost or wrong. `warning`: odd, but nothing is lost. */
  readonly level: 'error' | 'warning' | 'note'
  readonly text: string
}

export const REPAIRS = ['sizes', 'orphans', 'members', 'units', 'zeros'] as const
export type RepairKind = (typeof REPAIRS)[number]

/** One repair that could be made; all places of a kind are repaired together. */
export interface RepairProposal {
  readonly kind: RepairKind
  /** What is wrong, in a sentence. */
  readonly text: string
  readonly places: number
  /** The first place, as it is and as it would be. */
  readonly before: string
  readonly after: string
}

export interface FijiVerdict {
  readonly opens: 'yes' | 'in part' | 'with a plugin' | 'no'
  /** One or two plain sentences. */
  readonly text: string
}

export interface CheckReport {
  readonly findings: readonly Finding[]
  readonly frames: number
  /** Frames whose pixels were read whole; null where they were not read. */
  readonly readable: number | null
  readonly fiji: FijiVerdict
  readonly repairs: readonly RepairProposal[]
  /** The last repair can be undone. */
  readonly undoable: boolean
}

export interface RepairReport {
  readonly path: string
  readonly repaired: readonly RepairProposal[]
}
