/** Makes a folder and those above it. Node's own recursive mkdir never returns where a parent exists and yet answers ENOENT, as /proc does. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Tells the topmost folder that was made; null: all were there. Throws the system's error. */
export function makeFolders(path: string): string | null {
  const folder = resolve(path)
  if (existsSync(folder)) return null
  const above = dirname(folder) === folder ? null : makeFolders(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Somebody else may have made it in the meantime; that is as good.
    if (!existsSync(folder)) throw error
  }
  return above ?? folder
}
