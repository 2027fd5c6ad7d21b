/** Paths that the page may name: those that the user chose in a dialog, opened before, or recorded. Everything else is refused (acceptance X2). */
import { resolve } from 'node:path'
import { Failed } from '../src-preload/contract/failure'
import { isRemote } from './datasets/zarr/http-store'

/** One spelling of each path; an address is its own. */
const spelled = (path: string): string => (isRemote(path) ? path : resolve(path))

export class GrantedPaths {
  readonly #paths = new Set<string>()

  grant(...paths: readonly string[]): void {
    for (const path of paths) this.#paths.add(spelled(path))
  }

  /** The path itself when it was granted. */
  check(path: string): string {
    const full = spelled(path)
    if (!this.#paths.has(full)) {
      throw new Failed('argument.invalid', `${path} was not chosen by you in this app.`, {
        next: 'Open it with File > Open.'
      })
    }
    return full
  }
}
