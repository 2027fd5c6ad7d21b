/** A camera that is connected by itself, as an entry of the device list. */
import type { Camera } from './device'
import type { SerialInstrument } from './serial/part'

export const cameraInstrument = (
  camera: Camera,
  path: string
): SerialInstrument & { readonly camera: Camera } => ({
  id: camera.id,
  kind: 'instrument',
  path,
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
})
