/** The user's own profiles: JSON files in one folder. A file that is wrong is told and left out; the others still work. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failed } from '../../../src-preload/contract/failure'
import { readProfile, type Profile } from './profile'

export interface OwnProfiles {
  readonly profiles: readonly Profile[]
  readonly problems: readonly Failed[]
}

export function readOwnProfiles(folder: string): OwnProfiles {
  const profiles: Profile[] = []
  const problems: Failed[] = []
  for (const name of jsonFiles(folder)) {
    try {
      profiles.push(readProfile(JSON.parse(readFileSync(join(folder, name), 'utf8')), name))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      problems.push(
        new Failed('argument.invalid', `The device profile ${name} can't be used: ${why}`, {
          next: `Correct ${join(folder, name)}, then start Benchframe again.`
        })
      )
    }
  }
  return { profiles, problems }
}

function jsonFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json') && name !== 'profile.schema.json')
      .sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [] // most people have none
    throw error
  }
}
