import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TriggerEdge, TriggerInput } from '../../../src-main/devices/device'
import { pause, until, type Open, type Subject } from './subject'

export interface TriggerSubject extends Subject<TriggerInput> {
  /** Makes a train of edges. */
  readonly fire: (count: number, everyMs: number) => Promise<void>
  /** Loses edges on the way. */
  readonly lose: (count: number) => Promise<void>
}

export function triggerSuite(name: string, open: Open<TriggerSubject>): void {
  describe(`${name}: as a trigger line`, () => {
    let subject: TriggerSubject
    let edges: TriggerEdge[]
    beforeEach(async () => {
      subject = await open()
      edges = []
      subject.device.onEdge((edge) => edges.push(edge))
    })
    afterEach(() => subject.close())

    test('hands on every edge once, numbered, in order and with its time', async () => {
      await subject.fire(25, 10)
      await until('25 edges', () => edges.length === 25)
      expect(edges.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
      expect(edges.every(({ lostBefore }) => lostBefore === 0)).toBe(true)
      const times = edges.map(({ receivedAt }) => receivedAt)
      expect([...times].sort((a, b) => Number(a - b))).toEqual(times)
      expect(Number(process.hrtime.bigint() - (times[24] ?? 0n)) / 1e6).toBeLessThan(1000)
    })

    test("tells the source's own clock, which keeps the spacing", async () => {
      await subject.fire(5, 40)
      await until('5 edges', () => edges.length === 5)
      const spans = edges.slice(1).map((edge, i) => (edge.sourceUs ?? NaN) - (edges[i]?.sourceUs ?? NaN))
      for (const span of spans) expect(Math.abs(span - 40_000)).toBeLessThan(25_000)
    })

    test('counts edges that were lost on the way (T5)', async () => {
      await subject.fire(2, 5)
      await until('2 edges', () => edges.length === 2)
      await subject.lose(3)
      await subject.fire(1, 5)
      await until('the edge after', () => edges.length === 3)
      expect(edges[2]).toMatchObject({ sequence: 6, lostBefore: 3 })
    })

    test('a listener that was taken back hears no edge; others still do', async () => {
      let heard = 0
      const undo = subject.device.onEdge(() => (heard += 1))
      undo()
      await subject.fire(3, 5)
      await until('3 edges', () => edges.length === 3)
      expect(heard).toBe(0)
    })

    test('is silent after closing', async () => {
      await subject.fire(1000, 5)
      await until('some edges', () => edges.length > 3)
      await subject.close()
      const heard = edges.length
      await pause(50)
      expect(edges.length).toBe(heard)
    })
  })
}
