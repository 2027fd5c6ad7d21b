/** The texts of a run under way: marks, time line, alarm; part of strings.ts, which is the one place to look for them. */
import { count } from './model/format'

export const running = {
  marks: {
    title: 'Marks and tags',
    mark: 'Mark',
    marked: 'marked',
    saved: (what: string | null, frame: number) =>
      what === null ? `Frame ${count(frame)} is marked.` : `Frame ${count(frame)}: ${what}.`,
    tags: 'Tags',
    tagsHelp: 'The keys 1 to 9 put these on the newest frame of a recording.',
    tag: (n: number) => `Tag on key ${n}`,
    noFrame: 'There is no frame to mark yet.'
  },
  timeLine: {
    title: 'The last minute of the recording',
    kinds: {
      start: 'Start',
      note: 'Note',
      mark: 'Mark',
      trigger: 'Trigger',
      loss: 'Loss',
      device: 'Device',
      clock: 'Clock',
      pause: 'Pause',
      resume: 'Resume',
      stop: 'Stop',
      edit: 'Edit'
    },
    event: (time: string, kind: string, text: string, frame: number | null) =>
      `${time} ${kind}${text === '' ? '' : `: ${text}`}${frame === null ? '' : ` (frame ${count(frame)})`}`
  },
  stall: {
    'no frames': 'No frame has come for a while. Look at the camera and its trigger.',
    disk: 'The disk has taken nothing for 5 s. Frames wait in memory.',
    sound: 'Sound an alarm',
    soundHelp: 'When a recording stands still. It is always shown, and told by the system as well.'
  }
} as const
