/** The texts of opening, following and looking through a dataset; part of strings.ts, which is the one place to look for them. */
import { address } from './strings-address'
import { plate } from './strings-plate'

export const seeing = {
  address,
  plate,
  opening: (name: string) => `Opening ${name}…`,
  longer: (seconds: number) => `${seconds} s so far`,
  before: (name: string) => `${name} stays open until then.`,
  cancel: 'Cancel',
  follow: 'Follow newest',
  followTip: 'Show each new frame as it is recorded. Going to an older one ends it; End begins it again.',
  speed: 'Speed',
  speeds: (speed: number | 'frames') => {
    if (speed === 'frames') return 'frames'
    return `× ${{ 0.25: '¼', 0.5: '½' }[speed] ?? speed}`
  },
  speedTexts: (speed: number | 'frames') => {
    if (speed === 'frames') return 'Every frame, 10 a second'
    return speed === 1 ? '× 1, as it was recorded' : `× ${{ 0.25: '¼', 0.5: '½' }[speed] ?? speed}`
  },
  noTimes: 'No frame says when it was taken, so there is no real speed.',
  loop: 'Begin again at the end',
  trueTime: 'Distances on the slider are times',
  announced: 'From the step that the file announces; no frame says its own time.',
  stored: (index: readonly number[]) => (index.length === 0 ? '' : `stored at ${index.join(', ')}`)
} as const
