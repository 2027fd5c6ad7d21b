/** The metadata tree as the lines that are shown: what is open, or what a search finds. */
import type { MetadataNode } from '../../src-preload/contract/dataset'

export interface Line {
  /** Place in the tree: child numbers joined by dots; stays the same while the tree does. */
  readonly id: string
  readonly name: string
  readonly value: string | undefined
  readonly depth: number
  readonly branch: boolean
  readonly open: boolean
}

const says = (node: MetadataNode, word: string): boolean =>
  node.name.toLowerCase().includes(word) || (node.value?.toLowerCase().includes(word) ?? false)

/** True where the node or something below it says the word. */
const holds = (node: MetadataNode, word: string): boolean =>
  says(node, word) || (node.children?.some((child) => holds(child, word)) ?? false)

export function lines(
  tree: readonly MetadataNode[],
  isOpen: (id: string, depth: number) => boolean,
  search: string,
  most = 2000
): Line[] {
  const word = search.trim().toLowerCase()
  const shown: Line[] = []
  const walk = (nodes: readonly MetadataNode[], depth: number, above: string, found: boolean): void => {
    for (let i = 0; i < nodes.length && shown.length < most; i++) {
      const node = nodes[i]
      if (node === undefined) continue
      const here = found || word === '' || says(node, word)
      if (!here && !holds(node, word)) continue
      const id = above === '' ? String(i) : `${above}.${i}`
      const branch = (node.children?.length ?? 0) > 0
      // A search opens the way to what it found, not what lies below it.
      const open =
        branch &&
        (word === '' || (here && found) ? isOpen(id, depth) : !says(node, word) || isOpen(id, depth))
      shown.push({ id, name: node.name, value: node.value, depth, branch, open })
      if (open) walk(node.children ?? [], depth + 1, id, here && word !== '')
    }
  }
  walk(tree, 0, '', false)
  return shown
}
