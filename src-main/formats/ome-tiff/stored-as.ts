/** How the planes of one dataset's TIFFs are stored. Made once, since its buffers serve all files of a set, one after the other. */
import type { StreamPlan } from '../file-sink'
import { IfdMaker } from './ifd'
import { LowerPictures } from './lower-pictures'
import { pictureForm, tilingOf, type PictureForm } from './picture-form'
import { planeCodec } from './plane-codec'

export interface StoredAs {
  readonly maker: IfdMaker
  /** null: uncompressed strips without smaller levels, which lie where their number says. */
  readonly packed: { readonly form: PictureForm; readonly lower: LowerPictures | null } | null
}

export function storedAs(plan: StreamPlan): StoredAs {
  const { frame, pyramidLevels: levels = 0, tileSize = null } = plan
  const compression = plan.compression.tiff
  const codec = planeCodec(compression)
  const tiling = tilingOf(frame, tileSize)
  const plain = codec === null && tiling === null && levels === 0
  return {
    maker: new IfdMaker(frame, compression, { tiling, levels }),
    packed: plain
      ? null
      : {
          form: pictureForm(frame, tiling, codec),
          lower: levels === 0 ? null : new LowerPictures(frame, levels, tileSize, compression, codec)
        }
  }
}
