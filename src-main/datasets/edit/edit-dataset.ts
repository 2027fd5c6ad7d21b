/** Changes metadata of a saved dataset in place: checked, written so that a crash leaves old or new, read back, and taken back where it did not come out right. */
import type { Edit, EditReport } from '../../../src-preload/contract/edit'
import { Failed } from '../../../src-preload/contract/failure'
import { sameValue } from '../copy/copy-record'
import type { Dataset } from '../dataset'
import { openDataset } from '../open-dataset'
import { changesOf, frameHistory, own, type Changes } from './changes'
import { checkEditable, onSoundDocuments } from './editable'
import { patchTiff } from './edit-tiff'
import { patchZarr } from './edit-zarr'

export async function editDataset(path: string, edits: readonly Edit[], who: string): Promise<EditReport> {
  const dataset = await openDataset(path)
  try {
    checkEditable(dataset)
    const changes = await changesOf(dataset, edits)
    if (changes.frames.length + changes.globals.length + changes.names.length === 0)
      return { path: dataset.path, changed: 0 }
    const at = new Date().toISOString()
    const keys = new Set((await dataset.keys()).map(({ key }) => key))
    const history = frameHistory(changes.frames, at, who)
    const input = { dataset, changes, history, at, who, keys }
    const patch = await onSoundDocuments(path, () =>
      dataset.kind.endsWith('zarr') ? patchZarr(input) : patchTiff(input)
    )
    try {
      patch.commit()
      try {
        await readBack(dataset, changes)
      } catch (error) {
        patch.undo()
        throw error
      }
    } finally {
      patch.close()
    }
    const others = changes.globals.length + changes.names.length
    return { path: dataset.path, changed: history.length + others }
  } finally {
    await dataset.close()
  }
}

/** The dataset as anyone would open it now has the new values, and no frame more or less. */
async function readBack(before: Dataset, changes: Changes): Promise<void> {
  const after = await openDataset(before.path)
  const wrong = (what: string): Failed =>
    new Failed('dataset.unsupported', `${before.path} did not read back as it was changed: ${what}.`, {
      next: 'Everything is as it was before.'
    })
  try {
    if (after.frames !== before.frames) throw wrong(`it has ${after.frames} frames, not ${before.frames}`)
    for (const { frame, image, storageIndex, values } of changes.frames) {
      const [row] = await after.rows(frame, 1)
      if (row?.image !== image || row.storageIndex.join() !== storageIndex.join())
        throw wrong(`frame ${frame} has another place`)
      for (const [key, value] of values)
        if (!sameValue(own(row.record, key), value)) throw wrong(`frame ${frame} has another ${key}`)
    }
  } finally {
    await after.close()
  }
}
