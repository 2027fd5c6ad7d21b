/** The name under which a USB camera is listed and remembered, and how it is found again by it. */
import { Failed } from '../../../src-preload/contract/failure'
import type { FoundUvcCamera } from '../../../src-preload/contract/uvc'
import type { UvcHost } from './host'

/**
 * Two of a kind have the same label, and the id that tells them apart changes with the socket on some
 * systems: so both, and a camera whose id has changed is still found by a label that is the only one.
 */
const nameOf = ({ device, label }: FoundUvcCamera): string => `${label} #${device.slice(0, 6)}`

export async function findUvcCameras(host: UvcHost): Promise<readonly string[]> {
  return (await host.list()).map(nameOf)
}

/** Errors: `device.absent`. */
export function uvcDevice(all: readonly FoundUvcCamera[], name: string): string {
  const label = name.replace(/ #[^ ]*$/, '')
  const alike = all.filter((one) => one.label === label)
  const found = all.find((one) => nameOf(one) === name) ?? (alike.length === 1 ? alike[0] : undefined)
  if (found !== undefined) return found.device
  throw new Failed('device.absent', `There is no USB camera “${name}”.`, {
    next: 'Look at its cable, and choose it from the list of cameras.'
  })
}
