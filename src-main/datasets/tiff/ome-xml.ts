/** Reads an OME-XML block as a stream, whatever its namespace prefix or age; refuses document types, so that no entity can grow or reach outside. */
import { SaxesParser } from 'saxes'
import { omeBuilder } from './ome-builder'
import type { OmeModel } from './ome-model'

/** Slice of text between two turns of the event loop, in characters. */
const SLICE = 1 << 16
const SLICE_MS = 12
const MOST_ERRORS = 20
/** Elements nested deeper are no OME-XML. */
const DEEPEST = 200

export class XmlRefused extends Error {}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Parses pieces of one document. Broken XML gives what came before the break, with a warning; a document type is refused. */
export async function parseOmeXml(
  pieces: AsyncIterable<string> | Iterable<string>,
  signal?: AbortSignal
): Promise<OmeModel> {
  const warnings: string[] = []
  const seen = new Set<string>()
  const warn = (text: string): void => {
    if (seen.has(text) || seen.size >= 50) return
    seen.add(text)
    warnings.push(`${text}.`)
  }
  const built = omeBuilder(warn)
  const parser = new SaxesParser({ xmlns: false, position: false })
  const path: string[] = []
  let text = ''
  let errors = 0
  parser.on('error', (error) => {
    errors++
    warn(`Its OME-XML is not well-formed: ${error.message.replace(/^undefined:/, '')}`)
  })
  parser.on('doctype', () => {
    throw new XmlRefused('its XML has a document type declaration, which is refused')
  })
  parser.on('opentag', (tag) => {
    const name = localName(tag.name)
    if (path.length > DEEPEST) throw new XmlRefused('its XML is nested too deep')
    built.open(name, path[path.length - 1] ?? '', tag.attributes)
    path.push(name)
    text = ''
  })
  parser.on('text', (part) => {
    text += part
  })
  parser.on('cdata', (part) => {
    text += part
  })
  parser.on('closetag', (tag) => {
    const name = localName(tag.name)
    path.pop()
    built.close(name, path[path.length - 1] ?? '', text)
    text = ''
  })
  let sliceStart = performance.now()
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length && errors < MOST_ERRORS; at += SLICE) {
      parser.write(piece.slice(at, at + SLICE))
      if (performance.now() - sliceStart < SLICE_MS) continue
      await turn()
      signal?.throwIfAborted()
      sliceStart = performance.now()
    }
    if (errors >= MOST_ERRORS) break
  }
  if (errors < MOST_ERRORS) parser.close()
  return built.model(warnings)
}
