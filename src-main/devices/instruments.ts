/** The kinds of serial instruments that Benchframe can drive, and how each is opened: the bench instrument, shipped profiles, and the user's own. */
import type { InstrumentKind } from '../../src-preload/contract/device'
import { Failed } from '../../src-preload/contract/failure'
import { connectGenicam, GENICAM_KIND } from './aravis/instrument'
import { connectBenchInstrument } from './bench-instrument/instrument'
import type { Profile } from './profiles/profile'
import { connectByProfile } from './profiles/profile-instrument'
import { shippedProfiles } from './profiles/shipped'
import type { SerialInstrument } from './serial/part'

const USUAL: InstrumentKind = {
  id: 'benchframe-bench',
  label: 'Benchframe bench instrument',
  proof: 'protocol twin'
}

export interface Instruments {
  /** The usual one first. */
  readonly kinds: readonly InstrumentKind[]
  /** The kind whose profile alone names these USB ids; a chip that many kinds are built with proposes none. */
  kindOf(usb: { readonly vid: string; readonly pid: string }): string | undefined
  open(port: string, kind?: string): Promise<SerialInstrument>
}

/** A profile of the user's takes the place of a shipped one with the same id. */
export function createInstruments(own: readonly Profile[] = []): Instruments {
  const profiles = [...new Map([...shippedProfiles, ...own].map((profile) => [profile.id, profile])).values()]
  const kinds = [USUAL, ...profiles.map(({ id, label, proof }) => ({ id, label, proof })), GENICAM_KIND]
  return {
    kinds,
    kindOf({ vid, pid }) {
      const like = profiles.filter(({ match = [] }) =>
        match.some((one) => one.vid === vid.toLowerCase() && one.pid === pid.toLowerCase())
      )
      return like.length === 1 ? like[0]?.id : undefined
    },
    async open(port, kind = USUAL.id) {
      if (kind === USUAL.id) return connectBenchInstrument(port)
      if (kind === GENICAM_KIND.id) return connectGenicam(port)
      const profile = profiles.find(({ id }) => id === kind)
      if (profile !== undefined) return connectByProfile(port, profile)
      throw new Failed('argument.invalid', `There is no kind of instrument “${kind}”.`, {
        next: `Choose one of ${kinds.map(({ id }) => id).join(', ')}.`
      })
    }
  }
}

/** A port as it is kept in the settings: the path alone for the usual kind, else the kind, a bar and the path. */
export const portEntry = (port: string, kind = USUAL.id): string =>
  kind === USUAL.id ? port : `${kind}|${port}`

export function readPortEntry(entry: string): { readonly port: string; readonly kind: string } {
  const match = /^([a-z0-9-]+)\|(.+)$/.exec(entry)
  return match === null
    ? { port: entry, kind: USUAL.id }
    : { port: match[2] ?? '', kind: match[1] ?? USUAL.id }
}
