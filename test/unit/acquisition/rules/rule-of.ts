/** A rule for tests: when the temperature rises above 38, take a frame; changed as a test wants it. */
import type { Rule, RuleAction } from '../../../../src-preload/contract/rule'

export const ruleOf = (
  patch: Partial<Rule> = {},
  actions: readonly RuleAction[] = [{ kind: 'snap' }]
): Rule => ({
  id: 'warm',
  name: 'Warm',
  enabled: true,
  dryRun: false,
  priority: 0,
  whenBusy: 'ignore',
  source: { kind: 'reading', key: 'temperature' },
  condition: {
    test: { kind: 'above', value: 38, hysteresis: 0.5 },
    holdMs: 0,
    refractoryMs: 0,
    mostFires: null,
    armedFromSeconds: 0,
    armedUntilSeconds: null
  },
  actions,
  ...patch
})
