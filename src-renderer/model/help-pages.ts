/** The help as HTML: the same Markdown files that are read on the web, with their pictures and links between them. */
import MarkdownIt from 'markdown-it'
import { HELP_PAGES, type HelpPageName } from './help-names'

export interface HelpPage {
  readonly name: HelpPageName
  readonly title: string
  readonly html: string
}

const texts = import.meta.glob<string>('../../resources/docs/**/*.md', {
  eager: true,
  query: '?raw',
  import: 'default'
})
const pictures = import.meta.glob<string>('../../resources/docs/pictures/*.png', {
  eager: true,
  query: '?url',
  import: 'default'
})

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

// Raw HTML stays text: the pages are ours, and the page's policy would refuse most of it anyway.
const markdown = new MarkdownIt({ html: false, linkify: false })
markdown.renderer.rules['image'] = (tokens, i, options, _, self) => {
  const [token] = tokens.slice(i)
  if (token === undefined) return ''
  const file = baseName(String(token.attrGet('src')))
  const found = Object.entries(pictures).find(([path]) => baseName(path) === file)
  if (found === undefined)
    throw new Error(`The help shows ${file}, and resources/docs/pictures has no such file.`)
  token.attrSet('src', found[1])
  token.attrSet('alt', token.content)
  return self.renderToken(tokens, i, options)
}

export const helpPages: readonly HelpPage[] = HELP_PAGES.map((name) => {
  const text = Object.entries(texts).find(([path]) => baseName(path) === `${name}.md`)?.[1]
  if (text === undefined) throw new Error(`The help lacks the page ${name}.`)
  return { name, title: /^# (.+)$/m.exec(text)?.[1] ?? name, html: markdown.render(text) }
})
