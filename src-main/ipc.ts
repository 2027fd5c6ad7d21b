/** The door of main: one channel in, one out. Sender, name and argument are checked here, and every answer is a reply envelope. */
import { ipcMain, type WebContents } from 'electron'
import { CALL_CHANNEL, DROP_CHANNEL, EVENT_CHANNEL } from '../src-preload/contract/bridge'
import {
  commands,
  isCommand,
  type Answer,
  type Argument,
  type CommandName
} from '../src-preload/contract/commands'
import type { EventName, Events } from '../src-preload/contract/events'
import { Failed, toFailure, type Reply } from '../src-preload/contract/failure'
import type { Log } from './log'

export type Handlers = {
  readonly [N in CommandName]: (argument: Argument<N>) => Answer<N> | Promise<Answer<N>>
}

export const APP_ORIGIN = 'app://benchframe'

export function answerCommands(handlers: Handlers, log: Log): void {
  ipcMain.handle(CALL_CHANNEL, async (event, name: unknown, argument: unknown): Promise<Reply<unknown>> => {
    try {
      if (!(event.senderFrame?.url ?? '').startsWith(`${APP_ORIGIN}/`)) {
        throw new Failed('argument.invalid', 'A page that is not ours may not call commands.')
      }
      if (!isCommand(name)) throw new Failed('argument.invalid', `There is no command ${String(name)}.`)
      return { ok: true, value: await run(handlers, name, argument) }
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code === 'internal') log(`command ${String(name)} failed`, error)
      return { ok: false, failure }
    }
  })
}

/** Hears of what the user drops on the window. */
export function hearDrops(listener: (path: string) => void): void {
  ipcMain.on(DROP_CHANNEL, (event, path: unknown) => {
    if ((event.senderFrame?.url ?? '').startsWith(`${APP_ORIGIN}/`) && typeof path === 'string')
      listener(path)
  })
}

function run<N extends CommandName>(
  handlers: Handlers,
  name: N,
  argument: unknown
): Answer<N> | Promise<Answer<N>> {
  const checked = commands[name].check(argument, name) as Argument<N>
  return handlers[name](checked)
}

/** Tells the page; a page that is gone hears nothing and harms nobody. */
export function sendEvent<N extends EventName>(page: WebContents | null, name: N, value: Events[N]): void {
  if (page !== null && !page.isDestroyed()) page.send(EVENT_CHANNEL, name, value)
}
