// What Electron itself does when it is started with a path: loads the app that lies there. The runtime out of
// the wheel comes without this piece, so set-up packs this file into its default_app.asar.
const { existsSync, readFileSync, statSync } = require('node:fs')
const Module = require('node:module')
const { dirname, join, resolve } = require('node:path')
const { app } = require('electron')

const args = process.argv.slice(1)
const preloads = []
let path
for (let i = 0; i < args.length; i++) {
  if (args[i] === '-r' || args[i] === '--require') preloads.push(args[++i])
  else if (args[i] === '--version' || args[i] === '-v') {
    process.stdout.write(`v${process.versions.electron}\n`)
    process.exit(0)
  } else if (!args[i].startsWith('-')) {
    path = args[i]
    break
  }
}

for (const file of preloads) Module._load(file, Module, true)

if (path === undefined) {
  process.stderr.write('Usage: electron [flags] PATH-OF-AN-APP\n')
  process.exit(1)
}
try {
  const given = resolve(path)
  let entry = given
  if (statSync(given).isDirectory()) {
    process.defaultApp = true
    const manifestFile = join(given, 'package.json')
    const manifest = existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, 'utf8')) : {}
    if (manifest.productName || manifest.name) app.setName(manifest.productName ?? manifest.name)
    if (manifest.version) app.setVersion(manifest.version)
    if (manifest.desktopName) app.setDesktopName(manifest.desktopName)
    app.setAppPath(given)
    entry = Module._resolveFilename(given, undefined, true)
  } else app.setAppPath(dirname(given))
  Module._load(entry, Module, true)
} catch (error) {
  process.stderr.write(`The app at ${path} could not be started.\n${error.stack}\n`)
  process.exit(1) // without this Electron shows a dialog and waits for ever
}
