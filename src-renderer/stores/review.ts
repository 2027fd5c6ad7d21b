/** The reviewed dataset and the one selection that picture, sliders, table and chart share. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, triggerRef, watch } from 'vue'
import type {
  DatasetInfo,
  DatasetMetadata,
  RecentDataset,
  RecoveryReport
} from '../../src-preload/contract/dataset'
import type { CellValue } from '../../src-preload/contract/table-filter'
import type { Events } from '../../src-preload/contract/events'
import { toFailure, type Failure } from '../../src-preload/contract/failure'
import type { Picture } from '../../src-preload/contract/pixels'
import { call } from '../client'
import { createDetail } from '../composables/detail'
import { createDisplay } from '../composables/display'
import { createLabels } from '../composables/labels'
import { createRowReader } from '../composables/row-reader'
import type { View } from '../drawing/viewport'
import { baseName } from '../model/format'
import { FrameRows, type Sort } from '../model/frame-rows'
import { isLarge } from '../model/detail'
import { Latest } from '../model/latest'
import { fromPlane, pixelSizeUm, planeAxes, planeCount, toPlane } from '../model/planes'
import { useApp } from './app'

/** A large frame is shown whole at this size, and finer by its parts. */
const OVERVIEW_SIDE = 1024
/** Documents of a growing dataset change seldom, and may be long. */
const DOCUMENTS_AGAIN_MS = 10_000

interface Wanted {
  readonly id: string
  readonly image: number
  readonly index: number[]
  readonly side: number
}

export const useReview = defineStore('review', () => {
  const app = useApp()
  const info = shallowRef<DatasetInfo | null>(null)
  const recents = shallowRef<readonly RecentDataset[]>([])
  /** What is being opened; the dataset before it stays until that is done. */
  const opening = shallowRef<{ readonly path: string; readonly name: string } | null>(null)
  const recovering = ref(false)
  const recovery = shallowRef<RecoveryReport | null>(null)

  const image = ref(0)
  const index = shallowRef<readonly number[]>([])
  const side = ref(1024)
  const picture = shallowRef<Picture | null>(null)
  /** The place that `picture` or `missing` belongs to: what is on the screen now. */
  const shown = shallowRef<{ image: number; index: readonly number[] } | null>(null)
  const missing = shallowRef<Failure | null>(null)
  const display = createDisplay('once')

  const rows = shallowRef(new FrameRows())
  const filterLine = ref('')
  const sort = shallowRef<Sort | null>(null)
  const metadata = shallowRef<DatasetMetadata | null>(null)

  const imageInfo = computed(() => info.value?.images[image.value] ?? null)
  const axes = computed(() => (imageInfo.value === null ? [] : planeAxes(imageInfo.value)))
  const planes = computed(() => (imageInfo.value === null ? 0 : planeCount(imageInfo.value)))
  const plane = computed(() => toPlane(index.value, axes.value))
  const pixelSize = computed(() => (imageInfo.value === null ? null : pixelSizeUm(imageInfo.value)))
  const filter = computed(() => rows.value.filter(filterLine.value))
  const order = computed(() => rows.value.order(filter.value, sort.value))
  const row = computed(() => rows.value.find(image.value, index.value))

  const planesToShow = new Latest<Wanted, Picture>(
    (wanted) => call('dataset.picture', wanted),
    (answer, wanted) => {
      missing.value = null
      shown.value = wanted
      picture.value = answer
      display.show(answer)
    },
    (error, wanted) => {
      missing.value = toFailure(error)
      shown.value = wanted
      picture.value = null
    }
  )

  const failed = (error: unknown): void => app.fail(toFailure(error))
  const detail = createDetail(failed)
  const labels = createLabels(failed)
  watch([shown, picture], () => {
    const { value } = info
    const at = value === null || shown.value === null ? null : { id: value.id, ...shown.value }
    detail.show(at, picture.value)
    labels.show(at, picture.value)
  })
  function look(view: View): void {
    detail.look(view)
    labels.look(view)
  }

  function show(): void {
    const { value } = info
    if (value === null || imageInfo.value === null) return
    if (!imageInfo.value.readable) {
      planesToShow.forget()
      picture.value = null
      shown.value = { image: image.value, index: [...index.value] }
      missing.value = { code: 'dataset.unsupported', message: imageInfo.value.reason ?? '' }
      return
    }
    const wanted = isLarge(imageInfo.value) ? OVERVIEW_SIDE : side.value
    planesToShow.want({ id: value.id, image: image.value, index: [...index.value], side: wanted })
  }

  function place(to: { image?: number; index?: readonly number[] }): void {
    const other = to.image !== undefined && to.image !== image.value
    if (to.image !== undefined && other) {
      image.value = to.image
      const channels = imageInfo.value?.channels ?? []
      const tint = channels.length === 1 ? channels[0]?.color : undefined
      display.state.tint = tint === undefined || /^#f{6}$/i.test(tint) ? undefined : tint
    }
    index.value = to.index ?? (other ? axes.value.map(() => 0) : index.value)
    show()
  }

  /** Where the user goes; at the end of a growing dataset it is followed, and left there no more. */
  function go(to: { image?: number; index?: readonly number[] }): void {
    place(to)
    following.value = atEnd()
  }

  const goPlane = (number: number): void => {
    if (planes.value === 0) return
    const within = Math.min(planes.value - 1, Math.max(0, number))
    if (within !== plane.value) go({ index: fromPlane(within, axes.value) })
  }

  function showRow(at: number): void {
    const stored = rows.value.storage[at]
    if (stored !== undefined && stored.length > 0) place({ image: rows.value.images[at] ?? 0, index: stored })
  }

  function goRow(at: number): void {
    showRow(at)
    following.value = atEnd()
  }

  /** Moves through the rows as the table shows them, or through the planes where there is no row; stops at the ends. */
  function step(by: number): void {
    const at = row.value < 0 ? -1 : order.value.indexOf(row.value)
    if (at < 0) return goPlane(plane.value + by)
    const next = order.value[Math.min(order.value.length - 1, Math.max(0, at + by))]
    if (next !== undefined && next !== row.value) goRow(next)
  }

  const readRows = createRowReader(() => info.value?.id, rows)

  async function take(next: DatasetInfo): Promise<void> {
    const before = info.value
    planesToShow.forget()
    info.value = next
    if (before !== null && before.id !== next.id)
      await app.attempt(() => call('dataset.close', { id: before.id }))
    rows.value = new FrameRows()
    metadata.value = null
    picture.value = null
    missing.value = null
    shown.value = null
    filterLine.value = ''
    sort.value = null
    image.value = -1
    const first = Math.max(
      0,
      next.images.findIndex(({ readable }) => readable)
    )
    display.forget()
    place({ image: first })
    following.value = next.state === 'recording'
    void findRecents()
    await app.attempt(() => Promise.all([readRows(0), readMetadata(next.id)]))
    if (following.value && info.value?.id === next.id) goNewest()
  }

  /** Goes to the newest frame whenever one comes; on while the user is at the end. */
  const following = ref(false)
  function follow(on: boolean): void {
    following.value = on
    if (on) goNewest()
  }
  function goNewest(): void {
    const { newest } = rows.value
    if (newest >= 0 && newest !== row.value) showRow(newest)
  }
  /** Pixels of the last rows may still be on their way. */
  const atEnd = (): boolean =>
    info.value?.state === 'recording' && row.value >= Math.max(0, rows.value.newest)

  /** A dataset that is being recorded is longer now, or finished: what is new is added, and the selection stays or follows. */
  async function grown({ info: next, changedFrom }: Events['dataset.grown']): Promise<void> {
    if (info.value?.id !== next.id) return
    const over = next.state !== info.value.state
    info.value = next
    const { total, length, unsettled } = rows.value
    const from = Math.min(changedFrom, length, unsettled)
    const documents = over || performance.now() - documentsRead > DOCUMENTS_AGAIN_MS
    if (total !== next.frames || from < length || over) await app.attempt(() => readRows(from))
    if (info.value?.id !== next.id) return
    if (following.value) goNewest()
    else if (missing.value !== null) show()
    if (next.state !== 'recording') following.value = false
    if (documents) await app.attempt(() => readMetadata(next.id))
  }

  /** The dataset was changed on disk: everything is read again, and the selection stays. */
  async function refresh(): Promise<void> {
    const before = info.value
    if (before === null) return
    const next = await app.attempt(() => call('dataset.open', { path: before.path }))
    if (next === undefined || info.value?.id !== before.id) return
    planesToShow.forget()
    info.value = next
    rows.value = new FrameRows()
    await app.attempt(() => call('dataset.close', { id: before.id }))
    show()
    await app.attempt(() => Promise.all([readRows(0), readMetadata(next.id)]))
  }

  /** How often cells were changed here; what shows the history reads it again. */
  const edits = ref(0)
  /** Writes a key of these rows, read back from the disk; true when that is done. */
  async function edit(
    numbers: readonly number[],
    key: string,
    value: CellValue,
    who: string
  ): Promise<boolean> {
    const now = info.value
    if (now === null) return false
    const changes = numbers.map(
      (row) => ({ kind: 'frame', frame: rows.value.frames[row] ?? -1, key, value }) as const
    )
    const done = await app.attempt(() => call('dataset.edit', { paths: [now.path], edits: changes, who }))
    if (done === undefined || info.value?.id !== now.id) return false
    for (const row of numbers) rows.value.set(row, key, value)
    triggerRef(rows)
    edits.value++
    await app.attempt(() => readMetadata(now.id))
    return true
  }

  let documentsRead = -Infinity
  async function readMetadata(id: string): Promise<void> {
    documentsRead = performance.now()
    const answer = await call('dataset.metadata', { id })
    if (info.value?.id === id) metadata.value = answer
  }

  /** The last one asked for is opened, and one that is on its way is given up for it. */
  async function open(path: string): Promise<void> {
    if (opening.value?.path === path) return
    openStop()
    const wanted = { path, name: baseName(path) }
    opening.value = wanted
    recovery.value = null
    const from = app.view
    app.view = 'review'
    const next = await app.attempt(() => call('dataset.open', { path }))
    if (opening.value !== wanted) {
      if (next !== undefined) await app.attempt(() => call('dataset.close', { id: next.id }))
      return
    }
    opening.value = null
    if (next !== undefined) await take(next)
    else if (app.view === 'review') app.view = from
  }

  /** Gives up the opening under way; nothing changes then. */
  function openStop(): void {
    const path = opening.value?.path
    if (path !== undefined) void app.attempt(() => call('dataset.openStop', { path }))
  }

  async function choose(kind: 'file' | 'folder'): Promise<void> {
    const path = await app.attempt(() => call('dataset.choose', { kind }))
    if (path != null) await open(path)
  }

  const addressOpen = ref(false)
  /** Why this can be no address; null where it is opened. */
  async function openAddress(address: string): Promise<string | null> {
    try {
      const path = await call('dataset.address', { address })
      addressOpen.value = false
      void open(path)
      return null
    } catch (error) {
      const { message, next = '' } = toFailure(error)
      return `${message} ${next}`
    }
  }

  async function recover(): Promise<void> {
    const path = info.value?.path
    if (path === undefined || recovering.value) return
    recovering.value = true
    const report = await app.attempt(() => call('dataset.recover', { path }))
    recovering.value = false
    if (report === undefined) return
    if (report.action === 'removed') {
      await close()
    } else {
      await open(report.paths.includes(path) ? path : (report.paths[0] ?? path))
    }
    recovery.value = report
  }

  async function close(): Promise<void> {
    const id = info.value?.id
    planesToShow.forget()
    info.value = null
    picture.value = null
    if (id !== undefined) await app.attempt(() => call('dataset.close', { id }))
    await findRecents()
  }

  const findRecents = async (): Promise<void> => {
    recents.value = await call('dataset.recents')
  }

  function setSide(pixels: number): void {
    if (pixels === side.value) return
    side.value = pixels
    if (imageInfo.value !== null && !isLarge(imageInfo.value)) show()
  }

  return {
    info,
    recents,
    opening,
    recovering,
    recovery,
    image,
    imageInfo,
    index,
    axes,
    planes,
    plane,
    pixelSize,
    picture,
    side,
    shown,
    missing,
    display,
    rows,
    row,
    order,
    filter,
    filterLine,
    sort,
    metadata,
    open,
    following,
    follow,
    grown,
    refresh,
    edit,
    edits,
    openStop,
    choose,
    addressOpen,
    openAddress,
    recover,
    close,
    findRecents,
    go,
    goPlane,
    goRow,
    step,
    setSide,
    detail: detail.part,
    look,
    labels: labels.known,
    label: labels.chosen,
    labelPicture: labels.picture,
    chooseLabel: labels.choose
  }
})
