/** What keys and menu entries do. */
import type { Events } from '../../src-preload/contract/events'
import type { Action } from '../model/shortcuts'
import type { Display } from './display'
import { useApp } from '../stores/app'
import { useCamera } from '../stores/camera'
import { useOverlay } from '../stores/overlay'
import { useReview } from '../stores/review'
import { useRun } from '../stores/run'
import { useSettings } from '../stores/settings'
import { useCommands } from './commands'

export function useActions(): { perform: (action: Action) => void; menu: (event: Events['menu']) => void } {
  const app = useApp()
  const camera = useCamera()
  const run = useRun()
  const overlay = useOverlay()
  const review = useReview()
  const commands = useCommands()
  const settings = useSettings()
  const display = (): Display => (app.view === 'review' ? review.display : overlay.display)

  function tag(key: string): void {
    const name = settings.all?.tags[Number(key) - 1]?.trim() ?? ''
    if (name !== '') void run.mark(name)
  }

  function perform(action: Action): void {
    if (isTag(action)) return tag(action.slice('tag-'.length))
    switch (action) {
      case 'snap':
        return void camera.snap()
      case 'live':
        return void camera.setLive(!camera.live)
      case 'record':
        return void run.start()
      case 'stop':
        return void run.stop()
      case 'auto-once':
        return display().autoOnce()
      case 'auto-each':
        return display().autoEach()
      case 'note':
        return commands.send('note')
      case 'mark':
        return void run.mark(null)
      case 'fit':
        return commands.send('fit')
      case 'play':
        return commands.send('play')
      case 'open-stop':
        return review.openStop()
      case 'open':
        return void review.choose('file')
      case 'open-folder':
        return void review.choose('folder')
      case 'open-address':
        review.addressOpen = true
        return
      case 'previous':
        return review.step(-1)
      case 'next':
        return review.step(1)
      case 'first':
        return review.step(-Infinity)
      case 'last':
        return review.step(Infinity)
      case 'keys':
        app.keysOpen = !app.keysOpen
        return
      case 'acquire':
      case 'review':
      case 'devices':
      case 'rules':
      case 'settings':
      case 'help':
        app.view = action
    }
  }

  function menu({ action, path }: Events['menu']): void {
    if (action === 'open-path') return path === undefined ? undefined : void review.open(path)
    if (action === 'snap' || action === 'live' || action === 'record') app.view = 'acquire'
    perform(action)
  }
  return { perform, menu }
}

type Tag = Extract<Action, `tag-${string}`>
const isTag = (action: Action): action is Tag => action.startsWith('tag-')
