/** Questions that only the system's own dialogs may ask: paths, and whether a run may end. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { join } from 'node:path'
import { dialog, shell, type BrowserWindow } from 'electron'

export async function chooseFolder(window: BrowserWindow, start: string): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Folder for recordings',
    defaultPath: start,
    properties: ['openDirectory', 'createDirectory']
  })
  return canceled ? null : (filePaths[0] ?? null)
}

export async function chooseDataset(
  window: BrowserWindow,
  kind: 'file' | 'folder',
  start: string
): Promise<string | null> {
  const file = kind === 'file'
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: file ? 'Open a TIFF or a companion file' : 'Open an OME-Zarr folder',
    defaultPath: start,
    properties: [file ? 'openFile' : 'openDirectory'],
    // The extension never decides (R3), so all files can be chosen.
    ...(file
      ? {
          filters: [
            { name: 'Images', extensions: ['tif', 'tiff', 'btf', 'tf2', 'tf8', 'ome', 'json', 'zip'] },
            { name: 'All files', extensions: ['*'] }
          ]
        }
      : {})
  })
  return canceled ? null : (filePaths[0] ?? null)
}

export async function chooseTarget(
  window: BrowserWindow,
  name: string,
  start: string
): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: 'Export to',
    defaultPath: join(start, name),
    properties: ['createDirectory', 'showOverwriteConfirmation']
  })
  return canceled || filePath === undefined || filePath === '' ? null : filePath
}

/** A configuration of other software that drives devices, or the folder where that software is. */
export async function chooseDriver(
  window: BrowserWindow,
  what: 'configuration' | 'folder'
): Promise<string | null> {
  const file = what === 'configuration'
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: file ? 'Configuration of Micro-Manager' : 'Folder of Micro-Manager',
    properties: [file ? 'openFile' : 'openDirectory'],
    ...(file
      ? {
          filters: [
            { name: 'Configurations', extensions: ['cfg'] },
            { name: 'All files', extensions: ['*'] }
          ]
        }
      : {})
  })
  return canceled ? null : (filePaths[0] ?? null)
}

/** Asked once when the window is closed during a run. */
export async function mayFinishRun(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'A recording is under way.',
    detail: 'Benchframe can finish the dataset and close. No frame is lost.',
    buttons: ['Finish and close', 'Keep recording'],
    defaultId: 0,
    cancelId: 1
  })
  return response === 0
}

export function showInFolder(path: string): void {
  shell.showItemInFolder(path)
}

/** A folder that was not made yet opens as its nearest parent that is there. */
export function openFolder(path: string): void {
  let folder = path
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  void shell.openPath(folder)
}

/** The app could not start; told before there is a window. */
export function showStartFailure(message: string): void {
  dialog.showErrorBox('Benchframe could not start', message)
}
