/** A USB camera as an entry of the device list: connected by its name, one part. */
import { Failed } from '../../../src-preload/contract/failure'
import { cameraInstrument } from '../camera-instrument'
import type { Camera } from '../device'
import type { SerialInstrument } from '../serial/part'
import { connectUvcCamera } from './camera'
import type { UvcHost } from './host'

export const UVC_KIND = { id: 'uvc', label: 'USB camera (UVC, webcam)', proof: 'independent peer' } as const

/** `host` is absent in a plain Node process. */
export async function connectUvc(
  name: string,
  host?: UvcHost
): Promise<SerialInstrument & { readonly camera: Camera }> {
  if (host === undefined)
    throw new Failed('device.absent', `The USB camera “${name}” can only be used in the app with a window.`, {
      next: 'Start the app, and connect it under Devices.'
    })
  return cameraInstrument(await connectUvcCamera(name, host), name)
}
