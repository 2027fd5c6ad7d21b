/** Joins the socket for other programs to acquisition and devices, and leaves port and token where programs of this user find them. */
import { rmSync } from 'node:fs'
import type { ProgramsStatus } from '../src-preload/contract/programs'
import type { Acquisition } from './acquisition/service'
import type { DeviceSet } from './devices/device-set'
import { ProgramServer } from './programs/program-server'
import { writeAtomically } from './settings-file'

/** @param accessFile holds `{port, token}` while the socket is open; only this user may read it. */
export function createPrograms(
  acquisition: Acquisition,
  devices: DeviceSet,
  version: string,
  accessFile: string,
  onChange: (status: ProgramsStatus) => void
): ProgramServer {
  // What a killed app left says nothing true any more.
  rmSync(accessFile, { force: true })
  return new ProgramServer({
    version,
    hands: {
      status: () => acquisition.status(),
      devices: () => devices.list(),
      burst: (burst) => acquisition.burst(burst),
      set: async (program, device, property, value) => {
        const status = await acquisition.inTurn(device, property, () => devices.set(device, property, value))
        acquisition.programSet(program, device, property, value)
        return status
      },
      note: (text) => acquisition.note(text),
      onFrame: (listener) => acquisition.onFrame(listener)
    },
    publish: (access) => {
      if (access === null) return rmSync(accessFile, { force: true })
      writeAtomically(accessFile, `${JSON.stringify(access)}\n`, 0o600)
    },
    onChange
  })
}
