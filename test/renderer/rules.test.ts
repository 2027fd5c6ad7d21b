// The Rules view over a fake bridge.
import { expect, it } from 'vitest'
import { nextTick } from 'vue'
import { useRules } from '../../src-renderer/stores/rules'
import { mounted, until } from './mounted'

const rehearsal = (): string => document.querySelector('[data-testid="rehearsal"]')?.textContent ?? ''
const plot = (): Element | null => document.querySelector('[data-testid="rehearsal-plot"]')

it('what was found on one value is never shown under the name of another', async () => {
  const { button, asked } = await mounted()
  button(/^Rules/).click()
  const rules = useRules()
  rules.add()
  await until(() => rehearsal().includes('fired once') && plot())
  const { id, condition } = rules.list[0] ?? { id: '', condition: undefined }
  if (condition === undefined) throw new Error('no rule')

  // Another threshold on the same value keeps the picture until the new one is there.
  rules.change(id, { condition: { ...condition, test: { kind: 'above', value: 37, hysteresis: 0 } } })
  await nextTick()
  expect(plot()).not.toBeNull()

  const before = asked('rules.rehearse').length
  rules.change(id, { source: { kind: 'reading', key: 'laser_power' } })
  await nextTick()
  expect(plot()).toBeNull()
  expect(rehearsal()).not.toContain('fired')
  await until(() => asked('rules.rehearse').length > before && plot())
})
