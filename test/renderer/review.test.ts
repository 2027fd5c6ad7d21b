// The Review view over a fake bridge: one selection for picture, slider and table; missing is never black.
import { describe, expect, it } from 'vitest'
import type { TableRows } from '../../src-preload/contract/run'
import { Failed } from '../../src-preload/contract/failure'
import { useReview } from '../../src-renderer/stores/review'
import { useCompare } from '../../src-renderer/stores/compare'
import { useMeasure } from '../../src-renderer/stores/measure'
import { mounted, until, type Mounted } from './mounted'
import type { FakeOptions } from './fake-bridge'

const at = (id: string): HTMLElement | null => document.querySelector(`[data-testid="${id}"]`)

async function opened(
  options: FakeOptions = {}
): Promise<Mounted & { review: ReturnType<typeof useReview> }> {
  const page = await mounted(options)
  page.button('Review').click()
  await until(() => document.body.textContent?.includes('Open a recording'))
  await page.press('o', { ctrlKey: true })
  await until(() => at('row-count')?.textContent?.includes('frames'))
  return { ...page, review: useReview() }
}

describe('Review, measuring', () => {
  it('tells the values of the frame on the screen and of no other, and what is missing', async () => {
    const { review, button } = await opened({ frames: 60, missing: [5] })
    const measure = useMeasure()
    measure.put({ kind: 'rectangle', x: 10, y: 10, width: 20, height: 20 })
    await until(() => measure.measured?.channels[0]?.statistics?.mean === 0.5)
    review.goRow(4)
    const wrong: unknown[] = []
    for (let i = 0; i < 20 && measure.measured?.channels[0]?.statistics?.mean !== 4.5; i++) {
      if (review.shown?.index[0] === 4 && measure.measured !== null) wrong.push(measure.measured)
      await new Promise((done) => setTimeout(done, 5))
    }
    expect(wrong).toEqual([])
    await until(() => measure.measured?.channels[0]?.statistics?.mean === 4.5)
    review.goRow(5)
    const gone = await until(() =>
      measure.measured?.channels[0]?.statistics === null ? measure.measured : null
    )
    expect(gone.channels[0]?.reason).toBe('Frame 5 was never acquired.')
    measure.drawing = 'line'
    await until(() => at('statistics'))
    expect(at('statistics')?.textContent).toContain('mean–')
    expect(at('measure-note')?.textContent).toBe('Frame 5 was never acquired.')
    await until(() => button('Over all frames'))
  })
})

describe('Review, comparing', () => {
  it('shows the frame that belongs to the one in view and no other, and ends with the dataset', async () => {
    const { review, fake } = await opened({ frames: 20, missing: [5] })
    const compare = useCompare()
    await compare.open('/data/run_003.ome.zarr')
    await until(() => compare.picture?.frame === 0 && compare.rows.length === 20)
    const wrong: unknown[] = []
    for (const frame of [3, 7, 2, 11]) {
      review.goRow(frame)
      await until(() => {
        const { picture } = compare
        if (picture !== null && picture.frame !== review.shown?.index[0]) wrong.push(picture.frame)
        return picture?.frame === frame
      })
    }
    expect(wrong).toEqual([])
    review.goRow(5)
    await until(() => compare.lost?.message === 'Frame 5 was never acquired.')
    expect(compare.picture).toBeNull()

    compare.mode = 'difference'
    review.goRow(4)
    await until(() => compare.difference?.mostApart?.difference === 0)
    expect(compare.window).toBe(1)
    fake.answer('dataset.difference', () => {
      throw new Failed('argument.invalid', 'The frames have different sizes.')
    })
    review.goRow(6)
    await until(() => compare.differenceFailed?.message === 'The frames have different sizes.')
    expect(compare.difference).toBeNull()

    await review.close()
    await until(() => compare.info === null)
    expect(fake.calls.filter(({ name }) => name === 'dataset.close')).toHaveLength(2)
  })
})

describe('Review', () => {
  it('opens, and says name, frames and what is missing', async () => {
    await opened({ frames: 60, missing: [5, 30] })
    expect(document.querySelector('h1')?.textContent).toBe('run_003.ome.tiff')
    expect(at('dataset-facts')?.textContent).toContain('60 frames')
    expect(at('missing-count')?.textContent).toBe('2 missing')
  })

  it('shows a missing plane as missing, with the reason (R6)', async () => {
    const { review } = await opened({ frames: 60, missing: [5] })
    review.goRow(5)
    const told = await until(() => at('missing-plane'))
    expect(told.textContent).toContain('Frame 5 was never acquired.')
    expect(told.classList).toContain('hatched')
    expect(review.picture).toBeNull()
    review.goRow(6)
    await until(() => at('missing-plane') === null && review.picture?.frame === 6)
  })

  it('has one selection for keys, slider and table', async () => {
    const { review, press } = await opened({ frames: 60 })
    await press('ArrowRight')
    await press('ArrowRight')
    await until(() => at('shown-frame')?.dataset['frame'] === '2')
    expect(at('axis-t')?.textContent).toBe('3 / 60')
    await press('End')
    await until(() => review.picture?.frame === 59)
    await press('ArrowRight')
    expect(review.index).toEqual([59])
    await press('Home')
    await until(() => review.picture?.frame === 0)
  })

  it('walks through the rows as they are filtered and sorted', async () => {
    const { review, press } = await opened({ frames: 60 })
    review.filterLine = 'laser_power = 12.5'
    review.sort = { key: '#', descending: true }
    review.goRow(19)
    await press('ArrowRight')
    await until(() => review.picture?.frame === 18)
    await press('Home')
    await until(() => review.picture?.frame === 59)
  })

  it('ends on the right frame when a slider is dragged over a thousand (R8)', async () => {
    const { review, asked } = await opened({ frames: 1200 })
    const before = asked('dataset.picture').length
    for (let i = 0; i < 1000; i++) review.goPlane(i)
    await until(() => review.picture?.frame === 999)
    expect(asked('dataset.picture').length - before).toBeLessThan(10)
  })

  it('recovers a broken-off recording', async () => {
    const { button, asked } = await opened({ frames: 12, state: 'incomplete' })
    expect(at('dataset-state')?.textContent).toContain('incomplete')
    button('Recover').click()
    await until(() => at('recovery')?.textContent?.includes('12 frames recovered, 2 lost.'))
    expect(asked('dataset.recover')).toHaveLength(1)
    expect(at('dataset-state')).toBeNull()
  })

  it('keeps the open dataset when another one fails to open', async () => {
    const { fake, review } = await opened({ frames: 12 })
    fake.answer('dataset.open', () => {
      throw new Failed('dataset.unreadable', 'broken.ome.tiff is not a TIFF file.')
    })
    await review.open('/data/broken.ome.tiff')
    await until(() => document.querySelector('[role="dialog"]')?.textContent?.includes('is not a TIFF file'))
    expect(review.info?.name).toBe('run_003.ome.tiff')
  })

  it('never renders text of a file as HTML (X4)', async () => {
    await opened()
    await until(() => document.body.textContent?.includes('<img src=x onerror='))
    expect(document.querySelector('img')).toBeNull()
    expect('hacked' in window).toBe(false)
  })

  describe('a dataset that is still being written (R13)', () => {
    type Info = NonNullable<ReturnType<typeof useReview>['info']>
    const longer = (info: Info, frames: number, state: Info['state'] = 'recording'): Info => ({
      ...info,
      state,
      frames,
      images: info.images.map((image) => ({
        ...image,
        declared: frames,
        axes: image.axes.map((axis) => (axis.name === 't' ? { ...axis, size: frames } : axis))
      }))
    })

    async function growing(): Promise<
      Awaited<ReturnType<typeof opened>> & {
        readonly grow: (frames: number, changedFrom: number, state?: Info['state']) => Promise<void>
        readonly notes: Map<number, string>
        readonly absent: Set<number>
      }
    > {
      const page = await opened({ frames: 40, state: 'recording' })
      const all = (await page.fake.call('dataset.rows', { id: '', from: 0, count: 40 })) as {
        ok: true
        value: TableRows
      }
      let total = 12
      const notes = new Map<number, string>()
      const absent = new Set<number>()
      page.fake.answer('dataset.rows', ({ from, count }) => ({
        ...all.value,
        from,
        total,
        rows: all.value.rows.slice(from, Math.min(total, from + count)).map((row) => ({
          ...row,
          present: !absent.has(row.frame),
          cells: row.cells.map((cell, i) =>
            all.value.keys[i] === 'note' ? (notes.get(row.frame) ?? null) : cell
          )
        }))
      }))
      const { review } = page
      const shown = review.info
      if (shown === null) throw new Error('nothing open')
      const first = { ...shown, id: 'growing', path: '/data/growing.ome.tiff' }
      page.fake.answer('dataset.open', () => longer(first, 12))
      await review.open(first.path)
      const grow = async (frames: number, changedFrom: number, state?: Info['state']): Promise<void> => {
        total = frames
        await review.grown({ info: longer(first, frames, state), changedFrom })
      }
      return { ...page, grow, notes, absent }
    }
    it('opens at its newest frame and goes with it, until an older one is chosen', async () => {
      const { review, grow, press, asked, button } = await growing()
      await until(() => review.picture?.frame === 11)
      await grow(20, 12)
      expect([review.rows.length, review.planes, review.index]).toEqual([20, 20, [19]])
      expect(asked('dataset.rows').at(-1)).toMatchObject({ from: 12 })
      expect(button('Follow newest').getAttribute('aria-pressed')).toBe('true')
      review.goRow(4)
      await until(() => button('Follow newest').getAttribute('aria-pressed') === 'false')
      await grow(25, 20)
      expect([review.rows.length, review.index]).toEqual([25, [4]])
      await press('End')
      await grow(30, 25)
      expect(review.index).toEqual([29])
      button('Follow newest').click()
      await grow(32, 30)
      expect(review.index).toEqual([29])
      button('Follow newest').click()
      await until(() => review.picture?.frame === 31)
      await grow(35, 0, 'complete')
      expect([review.index, review.following, review.info?.state]).toEqual([[34], false, 'complete'])
      expect(at('dataset-state')).toBeNull()
    })

    it('reads rows again that a note or a late pixel changed, and no others', async () => {
      const { review, grow, notes, absent, asked } = await growing()
      absent.add(13)
      await grow(14, 12)
      expect([review.rows.missing, review.index]).toEqual([1, [12]])
      absent.delete(13)
      notes.set(3, 'divides')
      await grow(14, 3)
      expect([review.rows.missing, review.rows.cell(3, 'note'), review.rows.length]).toEqual([
        0,
        'divides',
        14
      ])
      expect(asked('dataset.rows').at(-1)).toMatchObject({ from: 3 })
      expect(review.index).toEqual([13])
      notes.delete(3)
      await grow(14, 3)
      expect(review.rows.cell(3, 'note')).toBeNull()
      const calls = asked('dataset.rows').length
      await grow(14, 14)
      expect(asked('dataset.rows')).toHaveLength(calls)
    })
  })

  it('closes what was open before', async () => {
    const { review, asked } = await opened()
    await review.open('/data/other.ome.zarr')
    expect(asked('dataset.close')).toEqual([{ id: 'set /data/run_003.ome.tiff' }])
    expect(review.info?.name).toBe('other.ome.zarr')
  })
})

describe('Devices and Settings', () => {
  it('sets a property within its limits only', async () => {
    const { button, field, type, asked, page } = await mounted()
    button(/^Devices/).click()
    await until(() => document.querySelector('[data-device="bench"]'))
    button(/Bench instrument/).click()
    await until(() => document.querySelector('[data-property="power"]'))
    const power = field('Laser power, mW')
    power.dispatchEvent(new FocusEvent('focus'))
    await type(power, '250')
    power.dispatchEvent(new FocusEvent('blur'))
    await until(() => page.text().includes('The most is 100 mW.'))
    expect(asked('devices.set')).toEqual([])
    await type(power, '62,5')
    power.dispatchEvent(new FocusEvent('blur'))
    await until(() => asked('devices.set').length === 1)
    expect(asked('devices.set')).toEqual([{ device: 'bench', property: 'power', value: 62.5 }])
  })

  it('says beside the form why a port can’t be connected', async () => {
    const { button, field, type } = await mounted()
    button(/^Devices/).click()
    await until(() => document.querySelector('form.connect'))
    await type(field('Port'), '/dev/nope')
    button('Connect')
      .closest('form')
      ?.dispatchEvent(new Event('submit', { cancelable: true }))
    await until(() => at('connect-failure')?.textContent?.includes('There is no port /dev/nope.'))
  })

  it('changes the theme at once and saves it', async () => {
    const { button, fake } = await mounted()
    button('Settings').click()
    const light = await until(() =>
      [...document.querySelectorAll<HTMLElement>('[role="radio"]')].find(
        (each) => each.textContent?.trim() === 'Light'
      )
    )
    light.click()
    await until(() => document.documentElement.dataset['theme'] === 'light')
    await until(() => fake.settings.theme === 'light')
  })
})
