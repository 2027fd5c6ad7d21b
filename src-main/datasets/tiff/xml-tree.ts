/** An XML document as a tree to look at: elements with their attributes and texts, without the planes, of which there may be a million. */
import { SaxesParser } from 'saxes'
import type { MetadataNode } from '../../../src-preload/contract/dataset'

const MOST_NODES = 20_000
const LEFT_OUT: ReadonlySet<string> = new Set(['Plane', 'TiffData', 'BinData'])

interface Growing {
  name: string
  value?: string
  children: Growing[]
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Texts of annotations that `hidden` names are left out: they are in the table of frames. */
export async function xmlTree(
  pieces: AsyncIterable<string>,
  hidden: (id: string) => boolean
): Promise<readonly MetadataNode[]> {
  const root: Growing = { name: '', children: [] }
  const path: Growing[] = [root]
  const left = new Map<string, number>()
  let nodes = 0
  let skipping = 0
  let text = ''
  const parser = new SaxesParser({ xmlns: false, position: false })
  parser.on('error', () => undefined) // opening has warned of it; the tree shows what can be read
  parser.on('doctype', () => {
    throw new Error('document types are refused')
  })
  parser.on('opentag', (tag) => {
    const name = localName(tag.name)
    text = ''
    const out =
      LEFT_OUT.has(name) ||
      (name === 'MapAnnotation' && hidden(tag.attributes['ID'] ?? '')) ||
      nodes > MOST_NODES
    if (skipping > 0 || out) {
      if (skipping === 0) left.set(name, (left.get(name) ?? 0) + 1)
      skipping++
      return
    }
    const node: Growing = { name: name === 'M' ? (tag.attributes['K'] ?? name) : name, children: [] }
    for (const [key, value] of Object.entries(tag.attributes)) {
      if (!key.startsWith('xmlns') && !key.includes(':') && name !== 'M')
        node.children.push({ name: key, value, children: [] })
    }
    nodes += 1 + node.children.length
    path[path.length - 1]?.children.push(node)
    path.push(node)
  })
  parser.on('text', (part) => {
    text += part
  })
  parser.on('cdata', (part) => {
    text += part
  })
  parser.on('closetag', () => {
    if (skipping > 0) {
      skipping--
      return
    }
    const node = path.pop()
    if (node !== undefined && text.trim() !== '') node.value = text
    text = ''
  })
  for await (const piece of pieces) {
    parser.write(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  parser.close()
  const counts = [...left].map(([name, count]): Growing => ({
    name: `${name} (not shown here)`,
    value: String(count),
    children: []
  }))
  return [...root.children, ...counts].map(finished)
}

const finished = ({ name, value, children }: Growing): MetadataNode => ({
  name,
  ...(value === undefined ? {} : { value }),
  ...(children.length === 0 ? {} : { children: children.map(finished) })
})
