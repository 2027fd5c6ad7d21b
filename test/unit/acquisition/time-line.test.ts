import { expect, it } from 'vitest'
import { RunTimeLine } from '../../../src-main/acquisition/time-line'

it('shows the frames and events of the last seconds, oldest first, and stays bounded', () => {
  const line = new RunTimeLine()
  for (let i = 0; i < 5_000; i++) line.frame({ delta_t: i / 10 })
  for (let i = 0; i < 400; i++) line.event({ time: i, kind: 'note', text: `n${i}`, frame: i })
  const { from, to, frames, events } = line.look(500, 60)
  expect([from, to]).toEqual([440, 500])
  expect(frames).toHaveLength(600)
  expect([frames[0], frames[599]]).toEqual([440, 499.9])
  expect(events).toEqual([])
  expect(line.look(400, 10).events.map(({ time }) => time)).toEqual([
    390, 391, 392, 393, 394, 395, 396, 397, 398, 399
  ])
  expect(line.look(400, 1e6).events).toHaveLength(300)
  expect(line.look(5_000, 1e6).frames).toHaveLength(2_000)
})
