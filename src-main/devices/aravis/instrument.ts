/** A GenICam camera as an entry of the device list: connected by its id, one part. */
import { cameraInstrument } from '../camera-instrument'
import type { Camera } from '../device'
import type { SerialInstrument } from '../serial/part'
import { connectGenicamCamera } from './camera'

export const GENICAM_KIND = {
  id: 'genicam',
  label: 'GenICam camera (GigE Vision, USB3 Vision)',
  proof: 'independent peer'
} as const

export const connectGenicam = async (id: string): Promise<SerialInstrument & { readonly camera: Camera }> =>
  cameraInstrument(await connectGenicamCamera(id), id)
