/** The kinds of serial instruments that Benchframe can drive, and how each is opened: the bench instrument, shipped profiles, and the user's own. */
import type { InstrumentKind } from '../../src-preload/contract/device'
import { Failed } from '../../src-preload/contract/failure'
import { connectGenicam, GENICAM_KIND } from './aravis/instrument'
import { connectBenchInstrument } from './bench-instrument/instrument'
import { connectMicroManager, MICRO_MANAGER_KIND } from './mm/instrument'
import type { Profile } from './profiles/profile'
import { connectByProfile } from './profiles/profile-instrument'
import { shippedProfiles } from './profiles/shipped'
import type { SerialInstrument } from './serial/part'
import type { UvcHost } from './uvc/host'
import { connectUvc, UVC_KIND } from './uvc/instrument'

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
  /** `folder`: of the software that brings the drivers, for kinds that need one. */
  open(port: string, kind?: string, folder?: string): Promise<SerialInstrument>
}

/** A profile of the user's takes the place of a shipped one with the same id. */
export function createInstruments(own: readonly Profile[] = [], uvc?: UvcHost): Instruments {
  const profiles = [...new Map([...shippedProfiles, ...own].map((profile) => [profile.id, profile])).values()]
  const kinds = [
    USUAL,
    ...profiles.map(({ id, label, proof }) => ({ id, label, proof })),
    UVC_KIND,
    GENICAM_KIND,
    MICRO_MANAGER_KIND
  ]
  return {
    kinds,
    kindOf({ vid, pid }) {
      const like = profiles.filter(({ match = [] }) =>
        match.some((one) => one.vid === vid.toLowerCase() && one.pid === pid.toLowerCase())
      )
      return like.length === 1 ? like[0]?.id : undefined
    },
    async open(port, kind = USUAL.id, folder) {
      if (kind === USUAL.id) return connectBenchInstrument(port)
      if (kind === UVC_KIND.id) return connectUvc(port, uvc)
      if (kind === GENICAM_KIND.id) return connectGenicam(port)
      if (kind === MICRO_MANAGER_KIND.id) return connectMicroManager(port, folder)
      const profile = profiles.find(({ id }) => id === kind)
      if (profile !== undefined) return connectByProfile(port, profile)
      throw new Failed('argument.invalid', `There is no kind of instrument “${kind}”.`, {
        next: `Choose one of ${kinds.map(({ id }) => id).join(', ')}.`
      })
    }
  }
}

/** Where an instrument is, and what it is. */
export interface PortEntry {
  readonly port: string
  readonly kind: string
  readonly folder?: string
}

/** As it is kept in the settings: the path alone for the usual kind, else kind, path and perhaps folder with a bar between them. */
export const portEntry = (port: string, kind = USUAL.id, folder?: string): string =>
  kind === USUAL.id ? port : [kind, port, ...(folder === undefined ? [] : [folder])].join('|')

export function readPortEntry(entry: string): PortEntry {
  const match = /^([a-z0-9-]+)\|(.+)$/.exec(entry)
  if (match === null) return { port: entry, kind: USUAL.id }
  const [, kind = '', rest = ''] = match
  const [port = '', folder] = kind === MICRO_MANAGER_KIND.id ? rest.split('|') : [rest]
  return { port, kind, ...(folder === undefined ? {} : { folder }) }
}

/** Kinds that bring a camera, which takes the place of the one before. */
export const bringsCamera = (kind: string | undefined): boolean =>
  kind === UVC_KIND.id || kind === GENICAM_KIND.id || kind === MICRO_MANAGER_KIND.id
