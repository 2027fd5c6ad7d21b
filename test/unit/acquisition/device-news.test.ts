import { expect, it } from 'vitest'
import { Acquisition } from '../../../src-main/acquisition/service'
import { createFramePool } from '../../../src-main/formats/frame-pool'
import { FakeCamera, type FakeStream, planOf, until, worldOf } from './fakes'

type Listener = (news: { device: string; state: string; text: string }) => void

it('a device that is lost and comes back is told in the dataset, with the frame after which it was (D2)', async () => {
  const streams: FakeStream[] = []
  const listeners = new Set<Listener>()
  const world = {
    ...worldOf(streams),
    onDeviceNews: (listener: Listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
  const quiet = { onRun: () => undefined, onCamera: () => undefined, onLiveProblem: () => undefined }
  const acquisition = new Acquisition(new FakeCamera(), (format) => createFramePool(format, 1), world, quiet)
  await acquisition.start(planOf())
  const [stream] = streams
  if (stream === undefined) throw new Error('no stream')
  const tell = (state: string): void =>
    listeners.forEach((listener) => listener({ device: 'serial:x', state, text: `it is ${state}` }))

  tell('lost')
  await acquisition.snap()
  await until(() => stream.records.length === 1)
  tell('back')
  await acquisition.stop()
  const devices = stream.events.filter(({ kind }) => kind === 'device')
  expect(devices.map(({ text, frame, data }) => ({ text, frame, state: data?.['state'] }))).toEqual([
    { text: 'it is lost', frame: undefined, state: 'lost' },
    { text: 'it is back', frame: 0, state: 'back' }
  ])
  expect(listeners.size).toBe(0)
  await acquisition.close()
})
