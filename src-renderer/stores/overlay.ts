/** Channels of a Multi-D run laid over each other, each in its colour and with a window of its own. It is the screen's: the data stays what it is. */
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowReactive, shallowRef, watch } from 'vue'
import { MOST_OVERLAID, type LivePicture } from '../../src-preload/contract/pixels'
import { createDisplay, type Display } from '../composables/display'
import { keepDisplay } from '../composables/kept-display'
import { ChannelLayers, type Layers } from '../model/channel-layers'
import { useCamera } from './camera'
import { useRun } from './run'
import { useSettings } from './settings'

export interface OverlaidChannel {
  readonly name: string
  readonly color: string
}

export const useOverlay = defineStore('overlay', () => {
  const settings = useSettings()
  const run = useRun()
  const camera = useCamera()

  const store = new ChannelLayers()
  const layers = shallowRef<Layers>(new Map())
  const hidden = reactive(new Set<string>())
  const displays = shallowReactive(new Map<string, Display>())
  const wished = ref<string | null>(null)

  /** Of the plan; one alone has nothing to lie over. */
  const channels = computed<readonly OverlaidChannel[]>(() => {
    const { triggerKind, multiD } = settings.all ?? {}
    const list = triggerKind === 'multi-d' && multiD?.channels.on === true ? multiD.channels.list : []
    if (list.length < 2) return []
    return list.slice(0, MOST_OVERLAID).map(({ name, color }) => ({ name, color: color ?? '#ffffff' }))
  })
  const on = computed(() => settings.all?.overlays.channels ?? false)
  /** Pictures of channels are wanted. */
  const wanted = computed(() => on.value && run.active && channels.value.length > 0)
  const showing = computed(() => wanted.value && layers.value.size > 0)
  /** The channel that contrast and the pointer speak of. */
  const chosen = computed(() => channels.value.find(({ name }) => name === wished.value) ?? channels.value[0])

  watch(
    channels,
    (list) => {
      for (const { name, color } of list) {
        if (!displays.has(name)) displays.set(name, channelDisplay(name))
        const display = displays.get(name)
        if (display !== undefined) display.state.tint = color
      }
    },
    { immediate: true }
  )
  function channelDisplay(name: string): Display {
    const display = createDisplay('each')
    keepDisplay(display, () => (camera.status === null ? null : `${camera.status.device} · ${name}`))
    return display
  }
  const displayOf = ({ name }: OverlaidChannel): Display => displays.get(name) ?? camera.display

  /** What the contrast of Acquire is about now. */
  const display = computed(() =>
    showing.value && chosen.value !== undefined ? displayOf(chosen.value) : camera.display
  )

  function add(picture: LivePicture): void {
    const channel = channels.value.find(({ name }) => name === picture.part?.channel)
    if (channel === undefined) return
    displayOf(channel).show(picture)
    layers.value = store.add(picture)
  }

  function clear(): void {
    store.clear()
    layers.value = new Map()
  }
  watch(wanted, clear)

  const toggle = (): void => {
    const { all } = settings
    if (all !== null) settings.change({ overlays: { ...all.overlays, channels: !on.value } })
  }
  function show(name: string, visible: boolean): void {
    if (visible) hidden.delete(name)
    else hidden.add(name)
  }
  const choose = (name: string): void => {
    wished.value = name
  }

  return {
    layers,
    hidden,
    channels,
    on,
    wanted,
    showing,
    chosen,
    display,
    displayOf,
    add,
    toggle,
    show,
    choose
  }
})
