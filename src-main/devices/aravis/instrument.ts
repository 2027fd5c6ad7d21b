/** A GenICam camera as an entry of the device list: connected by its id, one part. */
import type { Camera } from '../device'
import type { SerialInstrument } from '../serial/part'
import { connectGenicamCamera } from './camera'

export const GENICAM_KIND = {
  id: 'genicam',
  label: 'GenICam camera (GigE Vision, USB3 Vision)',
  proof: 'independent peer'
} as const

export async function connectGenicam(id: string): Promise<SerialInstrument & { readonly camera: Camera }> {
  const camera = await connectGenicamCamera(id)
  return {
    id: camera.id,
    kind: 'instrument',
    path: id,
    camera,
    parts: [],
    readables: [],
    trigger: null,
    status: camera.status,
    onChange: camera.onChange,
    set: camera.set,
    traffic: () => [],
    makeSafe: () => Promise.resolve(), // it emits nothing and moves nothing
    close: camera.close
  }
}
