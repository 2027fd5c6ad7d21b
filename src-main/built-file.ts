/** Finds the files that the build puts beside each other: worker threads are started by file name, from the app, the command line and tests alike. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Failed } from '../src-preload/contract/failure'

/** Full path of `out/main/<name>`; in a bundle it lies beside this code or one folder up, in tests under the project. */
export function builtFile(name: string): string {
  const here = import.meta.dirname
  const found = [join(here, name), join(here, '..', name), join(here, '..', 'out', 'main', name)].find(
    existsSync
  )
  if (found === undefined) {
    throw new Failed('internal', `${name} is not built.`, { next: 'Run npm run build.' })
  }
  return found
}

/** Full path of `resources/<name>`, which lies beside `out` in the checkout and in the package. */
export function resourceFile(name: string): string {
  const here = import.meta.dirname
  const found = ['..', '../..', '../../..'].map((up) => join(here, up, 'resources', name)).find(existsSync)
  if (found === undefined) throw new Failed('internal', `resources/${name} is missing.`)
  return found
}
