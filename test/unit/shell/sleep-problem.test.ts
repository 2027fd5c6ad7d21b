import { expect, it } from 'vitest'
import { sleepProblem } from '../../../src-main/sleep-problem'

const bus =
  (...names: string[]) =>
  (): Promise<string> =>
    Promise.resolve(`array [\n${names.map((name) => `      string "${name}"\n`).join('')}   ]\n`)

it('a Linux desktop keeps awake where one of the services that are asked is there', async () => {
  expect(await sleepProblem('linux', bus('org.freedesktop.DBus', 'org.gnome.SessionManager'))).toBeNull()
  expect(await sleepProblem('linux', bus('org.freedesktop.PowerManagement'))).toBeNull()
  expect(await sleepProblem('linux', bus('org.freedesktop.PowerManagement.Other'))).toContain('no service')
})

it('without a session to ask, or the program to ask with, it says so', async () => {
  expect(await sleepProblem('linux', () => Promise.reject(new Error('ENOENT')))).toContain('can’t be asked')
})

it('Windows and macOS always listen, and nothing is started to find out', async () => {
  const never = (): Promise<string> => Promise.reject(new Error('started'))
  expect(await Promise.all([sleepProblem('win32', never), sleepProblem('darwin', never)])).toEqual([
    null,
    null
  ])
})
