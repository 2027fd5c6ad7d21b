// The layer table: who may import what. This file alone knows it; test/layers.test.ts applies it to every source file.
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { parse } from 'vue/compiler-sfc'
import ts from 'typescript'

export type Layer =
  | 'contract'
  | 'preload'
  | 'page'
  | 'devices'
  | 'formats'
  | 'datasets'
  | 'acquisition'
  | 'programs'
  | 'shell'
  | 'shared'
  | 'resources'

interface Rule {
  /** Other layers whose files it may import. */
  readonly layers: readonly Layer[]
  /** Single files of other layers, without their ending. */
  readonly files?: readonly string[]
  readonly node: 'all' | 'none' | { readonly but: readonly string[] }
  /** Packages by name; a name that ends in a slash is a scope. */
  readonly packages: readonly string[]
}

const readers = ['fflate', 'jpeg-js', 'numcodecs', 'saxes', 'zstddec']
const sharedFiles = ['built-file', 'picture'].map((name) => `src-main/${name}`)
const pageLibraries = [
  '@fontsource-variable/',
  '@lucide/vue',
  '@tanstack/vue-virtual',
  '@vueuse/core',
  'd3-scale-chromatic',
  'fflate',
  'markdown-it',
  'pinia',
  'reka-ui',
  'uplot',
  'vue'
]

const rules: Readonly<Record<Exclude<Layer, 'resources'>, Rule>> = {
  contract: { layers: [], node: 'none', packages: [] },
  preload: { layers: ['contract'], node: 'none', packages: ['electron'] },
  page: { layers: ['contract', 'resources'], node: 'none', packages: pageLibraries },
  devices: { layers: ['contract', 'shared'], node: 'all', packages: ['serialport', '@serialport/', 'koffi'] },
  formats: { layers: ['contract', 'shared'], node: 'all', packages: [...readers, '@toondepauw/node-zstd'] },
  datasets: { layers: ['contract', 'formats', 'shared'], node: 'all', packages: [...readers, 'geotiff'] },
  acquisition: {
    layers: ['contract'],
    files: [
      'src-main/devices/device',
      'src-main/formats/sink',
      'src-main/formats/frame-pool',
      'src-main/picture'
    ],
    node: { but: ['fs', 'fs/promises', 'child_process'] },
    packages: []
  },
  programs: { layers: ['contract'], files: ['src-main/formats/json-text'], node: 'all', packages: [] },
  /** Single files that several layers need; they need nobody. */
  shared: { layers: ['contract'], node: 'all', packages: [] },
  shell: {
    layers: ['contract', 'devices', 'formats', 'datasets', 'acquisition', 'programs', 'shared', 'resources'],
    node: 'all',
    packages: ['electron', 'serialport', '@serialport/', 'geotiff', ...readers]
  }
}

/** Beside the preload script the only files that may import electron: the shell. */
const electronFiles = ['index', 'window', 'ipc', 'dialogs', 'log', 'menu', 'awake', 'uvc-window'].map(
  (name) => `src-main/${name}.ts`
)
const bridgeName = 'benchframe'
const bridgeFile = 'src-renderer/client.ts'

const mainFolders = new Set<string>([
  'devices',
  'formats',
  'datasets',
  'acquisition',
  'programs'
] satisfies Layer[])

export function layerOf(path: string): Layer | undefined {
  const [top = '', second = '', ...rest] = path.split('/')
  if (top === 'resources' || path === 'package.json') return 'resources'
  if (top === 'src-renderer') return 'page'
  if (top === 'src-preload') return second === 'contract' ? 'contract' : 'preload'
  if (top !== 'src-main') return undefined
  if (mainFolders.has(second)) return second as Layer
  if (sharedFiles.includes(path.replace(/\.ts$/, ''))) return 'shared'
  return rest.length === 0 ? 'shell' : undefined
}

/** The scripts of a source file: itself, or those of a Vue component. */
function scriptOf(file: string, text: string): string {
  if (!file.endsWith('.vue')) return text
  const { script, scriptSetup } = parse(text).descriptor
  return `${script?.content ?? ''}\n${scriptSetup?.content ?? ''}`
}

export function importsOf(file: string, text: string): string[] {
  return ts.preProcessFile(scriptOf(file, text), true, true).importedFiles.map(({ fileName }) => fileName)
}

/** Where a relative import points, without ending and query; undefined for a package. */
export function target(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const path = posix.join(posix.dirname(file), specifier.replace(/\?.*$/, ''))
  return path.replace(/\.(ts|js|mjs|cjs|vue)$/, '')
}

function isListed(packages: readonly string[], specifier: string): boolean {
  return packages.some((name) =>
    name.endsWith('/') ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`)
  )
}

function mayImport(file: string, layer: Layer, specifier: string): boolean {
  if (layer === 'resources') return false
  const rule = rules[layer]
  const path = target(file, specifier)
  if (path !== undefined) {
    const other = layerOf(path)
    const whole = other !== undefined && (other === layer || rule.layers.includes(other))
    return whole || (rule.files?.includes(path) ?? false)
  }
  if (isBuiltin(specifier)) {
    if (typeof rule.node === 'string') return rule.node === 'all'
    return !rule.node.but.includes(specifier.replace(/^node:/, ''))
  }
  if (layer === 'shell' && isListed(['electron'], specifier)) return electronFiles.includes(file)
  return isListed(rule.packages, specifier)
}

/** Lines that take the bridge from the window, in whatever spelling. */
function bridgeUses(file: string, text: string): number {
  let uses = 0
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.name.text === bridgeName) uses++
    if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
      if (node.argumentExpression.text === bridgeName) uses++
    if (ts.isBindingElement(node) && (node.propertyName ?? node.name).getText() === bridgeName) uses++
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, scriptOf(file, text), ts.ScriptTarget.ES2022, true))
  return uses
}

/** What in this file breaks the table, one sentence each. `file` is relative to the checkout, with slashes. */
export function violations(file: string, text: string): string[] {
  const layer = layerOf(file)
  if (layer === undefined) return [`${file} is in no layer: give its folder a row in test/support/layers.ts`]
  const found = importsOf(file, text)
    .filter((specifier) => !mayImport(file, layer, specifier))
    .map((specifier) => `${file} (${layer}) may not import '${specifier}'`)
  if (layer === 'page' && file !== bridgeFile && bridgeUses(file, text) > 0)
    found.push(`${file} touches the bridge; only ${bridgeFile} may`)
  return found
}
