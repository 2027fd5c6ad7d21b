/** The texts of Review's ways to look at data; part of strings.ts, which is the one place to look for them. */
import { compare } from './strings-compare'
import { measure } from './strings-measure'
import { seeing } from './strings-seeing'

export const looking = { seeing, measure, compare } as const
