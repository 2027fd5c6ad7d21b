// Mounts the whole page over a fake bridge and helps to find what a user finds: by role and name.
import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach } from 'vitest'
import App from '../../src-renderer/app.vue'
import { createFakeBridge, type FakeBridge, type FakeOptions } from './fake-bridge'

export interface Mounted {
  readonly fake: FakeBridge
  readonly page: VueWrapper
  readonly button: (name: string | RegExp) => HTMLButtonElement
  readonly field: (name: string) => HTMLInputElement
  readonly type: (field: HTMLElement, text: string) => Promise<void>
  readonly press: (key: string, more?: Partial<KeyboardEventInit>, target?: EventTarget) => Promise<void>
  readonly asked: (name: string) => unknown[]
}

const open: VueWrapper[] = []
afterEach(() => {
  for (const page of open.splice(0)) page.unmount()
  document.body.innerHTML = ''
  localStorage.clear()
})

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

export async function until<T>(what: () => T | null | undefined | false, ms = 10_000): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const found = what()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}\n${document.body.textContent}`)
    await pause(5)
  }
}

const nameOf = (element: Element): string =>
  element.getAttribute('aria-label') ?? element.textContent?.trim().replace(/\s+/g, ' ') ?? ''
const matches = (element: Element, name: string | RegExp): boolean =>
  typeof name === 'string' ? nameOf(element) === name : name.test(nameOf(element))

export async function mounted(
  options: FakeOptions = {},
  prepare?: (fake: FakeBridge) => void
): Promise<Mounted> {
  const fake = createFakeBridge(options)
  prepare?.(fake)
  Object.defineProperty(window, 'benchframe', { value: fake, configurable: true })
  const pinia = createPinia()
  setActivePinia(pinia)
  const page = mount(App, { attachTo: document.body, global: { plugins: [pinia] } })
  open.push(page)
  await until(() => document.querySelector('[data-ready="true"]'))
  const all = <E extends Element>(selector: string): E[] => [...document.querySelectorAll<E>(selector)]
  return {
    fake,
    page,
    button: (name) => {
      const found = all<HTMLButtonElement>('button').find((element) => matches(element, name))
      if (found === undefined) throw new Error(`no button ${name}: ${all('button').map(nameOf).join(' | ')}`)
      return found
    },
    field: (name) => {
      const labelled = all<HTMLLabelElement>('label').find((label) => label.textContent?.trim() === name)
      const id = labelled?.getAttribute('for')
      const found =
        (id == null ? null : document.getElementById(id)) ??
        all<HTMLInputElement>('input, textarea').find((element) => matches(element, name))
      if (found == null) throw new Error(`no field ${name}`)
      return found as HTMLInputElement
    },
    async type(field, text) {
      ;(field as HTMLInputElement).value = text
      field.dispatchEvent(new Event('input', { bubbles: true }))
      await pause(0)
    },
    async press(key, more = {}, target = document.body) {
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
      await pause(5)
    },
    asked: (name) => fake.calls.filter((each) => each.name === name).map(({ argument }) => argument)
  }
}
