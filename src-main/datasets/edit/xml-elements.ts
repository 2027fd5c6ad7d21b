/** Where the elements of an XML text stand, without changing or rebuilding any of it. Only for documents that were read without complaint. */

export interface XmlElement {
  /** As written, with its prefix. */
  readonly tag: string
  readonly name: string
  readonly attributes: string
  readonly parent: XmlElement | null
  /** Start and end of the opening tag. */
  readonly from: number
  readonly inside: number
  /** Start of the closing tag and the end of it; both the end of the opening tag where it closes itself. */
  end: number
  to: number
  readonly closesItself: boolean
}

/** The tags do not fit together; such a text is read as far as it goes, and not changed. */
export class XmlBroken extends Error {}

const TOKEN =
  /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<(\/?)([\w:.-]+)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>/g

/** Visits every element when it is complete, inner ones first. */
export function eachElement(text: string, visit: (element: XmlElement) => void): void {
  const path: XmlElement[] = []
  for (const match of text.matchAll(TOKEN)) {
    const [whole, closing, tag, attributes, selfClosing] = match
    if (tag === undefined) continue
    const to = match.index + whole.length
    if (closing === '/') {
      const element = path.pop()
      if (element === undefined || element.tag !== tag) throw new XmlBroken(`</${tag}> closes nothing`)
      element.end = match.index
      element.to = to
      visit(element)
      continue
    }
    const element: XmlElement = {
      tag,
      name: tag.slice(tag.indexOf(':') + 1),
      attributes: attributes ?? '',
      parent: path[path.length - 1] ?? null,
      from: match.index,
      inside: to,
      end: to,
      to,
      closesItself: selfClosing === '/'
    }
    if (element.closesItself) visit(element)
    else path.push(element)
  }
}

export const prefixOf = ({ tag }: XmlElement): string => tag.slice(0, tag.indexOf(':') + 1)

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

export const decodeXml = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, dec?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? whole
      return String.fromCodePoint(hex === undefined ? Number(dec) : parseInt(hex, 16))
    })

/** Text between the tags, with CDATA taken as text. */
export const textOf = (text: string, { inside, end }: XmlElement): string =>
  text
    .slice(inside, end)
    .split(/(<!\[CDATA\[[^]*?\]\]>)/)
    .map((part) => (part.startsWith('<![CDATA[') ? part.slice(9, -3) : decodeXml(part)))
    .join('')

const attributePattern = (name: string): RegExp => new RegExp(`(\\s${name}\\s*=\\s*)(?:"([^"]*)"|'([^']*)')`)

export function attributeOf({ attributes }: XmlElement, name: string): string | null {
  const found = attributePattern(name).exec(attributes)
  return found === null ? null : decodeXml(found[2] ?? found[3] ?? '')
}

/** Where the value of an attribute stands, with its quotes; null where there is none. */
export function attributeSpan(element: XmlElement, name: string): { from: number; to: number } | null {
  const found = attributePattern(name).exec(element.attributes)
  if (found === null) return null
  const from = element.from + 1 + element.tag.length + found.index + (found[1]?.length ?? 0)
  return { from, to: from + found[0].length - (found[1]?.length ?? 0) }
}
