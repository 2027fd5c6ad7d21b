/** The texts about pictures that are not made of all pixels of their frame; part of strings.ts, which is the one place to look for them. */
import type { Picture } from '../src-preload/contract/pixels'

const round = (factor: number): string => String(Number(factor.toPrecision(3)))

export const bigPicture = {
  /** How a value of a picture came about; '' for a pixel as it was stored. */
  madeOf({ source, step }: Pick<Picture, 'source' | 'step'>): string {
    if (source?.kind === 'picked') return `1 pixel of ${round(source.step)} × ${round(source.step)}`
    if (source?.kind === 'largest') return `largest of ${source.step} × ${source.step}`
    const mean = step > 1 ? `mean of ${step} × ${step}` : ''
    if (source === undefined) return mean
    return `stored copy 1:${round(source.factor)}${mean === '' ? '' : `, ${mean}`}`
  },
  holes: 'Parts are missing',
  hole: 'missing',
  inPart: (planes: number) => `${planes} in part`,
  notWritten: (absent: number, chunks: number) => `${absent} of ${chunks} chunks were not written`,
  labels: 'Labels',
  label: (name: string) => `Labels: ${name}`,
  noLabel: 'No label'
}
