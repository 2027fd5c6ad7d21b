/** Whether the system listens when it is asked to stay awake. Windows and macOS always do; on Linux one of two services of the session must be there, and Electron does not tell when none is. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** The services that Chromium asks on Linux (power_save_blocker_linux.cc). */
const SERVICES = ['org.gnome.SessionManager', 'org.freedesktop.PowerManagement']
const PATIENCE_MS = 3_000

export type RunProgram = (program: string, args: readonly string[]) => Promise<string>

const execute = promisify(execFile)
const runProgram: RunProgram = async (program, args) =>
  (await execute(program, [...args], { timeout: PATIENCE_MS })).stdout

/** Why the computer can't be kept awake, as the end of a sentence; null: it can. */
export async function sleepProblem(
  platform: string = process.platform,
  run: RunProgram = runProgram
): Promise<string | null> {
  if (platform === 'win32' || platform === 'darwin') return null
  try {
    const bus = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus']
    const names = await run('dbus-send', [...bus, 'org.freedesktop.DBus.ListNames'])
    return SERVICES.some((name) => names.includes(`"${name}"`))
      ? null
      : 'this desktop has no service that can be told to stay awake'
  } catch {
    // No such program, or no session bus to ask: then Chromium can't ask either, or we can't know.
    return 'the session of this desktop can’t be asked to stay awake'
  }
}
