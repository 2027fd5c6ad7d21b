/** Exports of the reviewed dataset: a picture, a movie, the table, a new dataset; one at a time, with its progress and what came of it. */
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef } from 'vue'
import { usualLevels, type CopyReport, type CopyRequest } from '../../src-preload/contract/copy'
import { toCsv } from '../../src-preload/contract/csv'
import { toFailure } from '../../src-preload/contract/failure'
import type { Picture } from '../../src-preload/contract/pixels'
import { call, on } from '../client'
import { saveBlob, saveText } from '../composables/save-text'
import { aviOf, LARGEST_AVI } from '../../src-preload/contract/avi'
import { pictureSheet } from '../drawing/picture-sheet'
import { columns } from '../model/columns'
import { FRAME, IMAGE, PLACE } from '../model/frame-rows'
import { frameRuns } from '../model/frame-runs'
import { strings } from '../strings'
import { useApp } from './app'
import { useReview } from './review'

export type ExportKind = 'picture' | 'movie' | 'table' | 'dataset' | 'pyramid'

export interface ExportChoices {
  kind: ExportKind
  frames: 'all' | 'shown'
  format: CopyRequest['format']
  compression: CopyRequest['compression']
  levels: number
  image: 'all' | 'this'
  scaleBar: boolean
  frameNumber: boolean
  keys: string[]
  framesPerSecond: number
}

interface Job {
  what: string
  done: number
  total: number
}

const QUALITY = 0.92
const WHOLE = 8_192

export const useExport = defineStore('export', () => {
  const app = useApp()
  const review = useReview()
  const text = strings.exporting
  const open = ref(false)
  const choices = reactive<ExportChoices>({
    kind: 'picture',
    frames: 'all',
    format: 'ome-tiff',
    compression: 'none',
    levels: 0,
    image: 'all',
    scaleBar: true,
    frameNumber: true,
    keys: [],
    framesPerSecond: 10
  })
  const job = shallowRef<Job | null>(null)
  const outcome = ref<string | null>(null)
  const notes = shallowRef<readonly string[]>([])
  const report = shallowRef<CopyReport | null>(null)
  let stopped = false

  const stem = computed(() => (review.info?.name ?? 'dataset').replace(/(\.ome)?\.(tiff?|zarr)$/i, ''))
  /** Numbers of the table's rows that are exported. */
  const chosen = computed<readonly number[]>(() =>
    choices.frames === 'shown' ? [...review.order] : review.rows.frames.map((_, row) => row)
  )

  /** What is exported is a new dataset. */
  const copies = computed(() => choices.kind === 'dataset' || choices.kind === 'pyramid')
  const isZarr = computed(() => review.info?.kind.endsWith('zarr') === true)

  /** A pyramid is for looking at the same dataset, so it stays in its format; other copies are for other programs. */
  function choose(kind: ExportKind): void {
    if (kind === choices.kind) return
    choices.kind = kind
    const axes = review.info?.images[review.image]?.axes ?? []
    const side = (name: string): number => axes.find((axis) => axis.name === name)?.size ?? 0
    choices.levels = kind === 'pyramid' ? usualLevels(side('x'), side('y')) : 0
    choices.format = isZarr.value === (kind === 'pyramid') ? 'ome-zarr' : 'ome-tiff'
  }

  function show(): void {
    outcome.value = null
    report.value = null
    notes.value = []
    choices.frames = review.filter.test === null ? 'all' : 'shown'
    const { kind } = choices
    choices.kind = 'picture'
    choose(kind)
    open.value = true
  }

  async function run(): Promise<void> {
    if (job.value !== null) return
    stopped = false
    outcome.value = null
    notes.value = []
    report.value = null
    try {
      await { picture, movie, table, dataset, pyramid: dataset }[choices.kind]()
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code === 'cancelled') outcome.value = failure.message
      else app.fail(failure)
    } finally {
      job.value = null
    }
  }

  function stop(): void {
    stopped = true
    const id = review.info?.id
    if (copies.value && id !== undefined) void app.attempt(() => call('dataset.copyStop', { id }))
  }

  const pictureOf = (image: number, index: readonly number[]): Promise<Picture> =>
    call('dataset.picture', { id: review.info?.id ?? '', image, index: [...index], side: WHOLE })

  function sheet(shown: Picture, row: number): HTMLCanvasElement {
    const { from, to, lut, tint, gamma } = review.display.state
    const number = review.rows.frames[row]
    const lines = choices.keys.flatMap((key) => {
      const value = review.rows.cell(row, key)
      return value === null ? [] : [`${key} ${String(value)} ${review.rows.units[key] ?? ''}`.trim()]
    })
    return pictureSheet(shown, {
      from,
      to,
      lut,
      tint,
      gamma,
      pixelSizeUm: review.pixelSize,
      withScaleBar: choices.scaleBar,
      lines: [
        ...(choices.frameNumber && number !== undefined ? [strings.picture.frame(number)] : []),
        ...lines
      ]
    })
  }

  const blobOf = (canvas: HTMLCanvasElement, type: string): Promise<Blob> =>
    new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob === null ? reject(new Error(`the page could not make ${type}`)) : resolve(blob)),
        type,
        QUALITY
      )
    )

  async function picture(): Promise<void> {
    const shown = await pictureOf(review.image, review.index)
    const canvas = sheet(shown, review.row)
    if (shown.holes !== undefined) notes.value = [text.blackParts(shown.holes)]
    saveBlob(`${stem.value} ${review.plane}.png`, await blobOf(canvas, 'image/png'))
    outcome.value = text.drawn(1)
  }

  async function movie(): Promise<void> {
    const rows = chosen.value.filter((row) => (review.rows.images[row] ?? 0) === review.image)
    const pictures: Uint8Array<ArrayBuffer>[] = []
    let size: { width: number; height: number } | null = null
    let bytes = 0
    let without = 0
    for (const [done, row] of rows.entries()) {
      if (stopped) break
      job.value = { what: text.drawing, done, total: rows.length }
      const shown = await pictureOf(review.image, review.rows.storage[row] ?? []).catch((error: unknown) => {
        if (toFailure(error).code !== 'frame.lost') throw error
        without++
        return null
      })
      // what is not there would be black
      if (shown?.holes !== undefined) without++
      if (shown === null || shown.holes !== undefined) continue
      const canvas = sheet(shown, row)
      size ??= { width: canvas.width, height: canvas.height }
      const jpeg = new Uint8Array(await (await blobOf(canvas, 'image/jpeg')).arrayBuffer())
      bytes += jpeg.length + 32
      if (bytes > LARGEST_AVI) {
        notes.value = [text.tooLong]
        break
      }
      pictures.push(jpeg)
    }
    if (size === null) {
      outcome.value = text.nothing
      return
    }
    const parts = aviOf(pictures, { ...size, framesPerSecond: choices.framesPerSecond })
    saveBlob(`${stem.value}.avi`, new Blob(parts, { type: 'video/x-msvideo' }))
    outcome.value = text.drawn(pictures.length)
    if (without > 0) notes.value = [...notes.value, text.leftOut(without)]
  }

  function table(): Promise<void> {
    const all = columns(review.rows.keys, review.rows.units)
    const keys = [FRAME, ...all.map(({ key }) => key), PLACE, IMAGE]
    const heads = [
      strings.table.frame,
      ...all.map(({ key, unit }) => (unit === '' ? key : `${key} (${unit})`)),
      strings.table.storageIndex,
      strings.table.image
    ]
    const rows = chosen.value.map((row) => keys.map((key) => review.rows.cell(row, key)))
    saveText(`${stem.value}.csv`, 'text/csv', toCsv(heads, rows))
    outcome.value = strings.exporting.rows(rows.length)
    return Promise.resolve()
  }

  async function dataset(): Promise<void> {
    const id = review.info?.id ?? ''
    const { format, compression, levels } = choices
    const frames =
      choices.frames === 'all' ? null : frameRuns(chosen.value.map((row) => review.rows.frames[row] ?? 0))
    const image = choices.image === 'this' ? review.image : null
    const undo = on('copy.progress', (progress) => {
      if (progress.id === id)
        job.value = { what: text[progress.phase], done: progress.done, total: progress.total }
    })
    try {
      const request = { format, compression, levels, frames, image }
      const answer = await call('dataset.copy', { id, request })
      if (answer === null) return
      report.value = answer
      outcome.value = text.proven(answer.frames, answer.sameValues)
      notes.value = answer.notes
    } finally {
      undo()
    }
  }

  async function openCopy(): Promise<void> {
    const path = report.value?.path
    open.value = false
    if (path !== undefined) await review.open(path)
  }

  return { open, choices, copies, job, outcome, notes, report, chosen, choose, show, run, stop, openCopy }
})
