/** Steps of leaving or taking back: each is tried whatever became of the others, since one error must not keep files open or half-made. */
import { toFailure, type Failure } from '../../src-preload/contract/failure'

/** Answers what went wrong. */
export function attemptAll(steps: readonly (() => void)[]): Failure[] {
  const failures: Failure[] = []
  for (const step of steps) {
    try {
      step()
    } catch (error) {
      failures.push(toFailure(error))
    }
  }
  return failures
}
