/** Text as XML 1.0 can hold it, and a sink that gathers small pieces into large ones. */

/** Characters that need a thought: markup, controls, halves of surrogate pairs, the two non-characters. */
const SPECIAL = /[&<>"\u0000-\u001f\ud800-\udfff\ufffe\uffff]/
const EACH = /[&<>"\u0000-\u001f\ufffe\uffff]|[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g

// Line ends are changed by every reader unless they come as references (XML 1.0, 2.11), in attributes all white space is (3.3.3).
const IN_TEXT: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '"',
  '\t': '\t',
  '\n': '\n',
  '\r': '&#13;'
}
const IN_ATTRIBUTES: Readonly<Record<string, string>> = {
  ...IN_TEXT,
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;'
}

function escaped(text: string, references: Readonly<Record<string, string>>): string {
  if (!SPECIAL.test(text)) return text
  return text.replace(EACH, (found) => references[found] ?? (found.length === 2 ? found : '\ufffd'))
}

/** For the text between tags. What XML has no way to hold becomes U+FFFD. */
export const xmlText = (text: string): string => escaped(text, IN_TEXT)

/** ` name="value"`, or nothing for null. */
export const attribute = (name: string, value: string | number | null | undefined): string =>
  value === null || value === undefined
    ? ''
    : ` ${name}="${typeof value === 'number' ? value : escaped(value, IN_ATTRIBUTES)}"`

const PIECE = 64 * 1024

export class PieceWriter {
  private held = ''

  constructor(private readonly out: (text: string) => void) {}

  write(text: string): void {
    this.held += text
    if (this.held.length > PIECE) this.flush()
  }

  flush(): void {
    if (this.held !== '') this.out(this.held)
    this.held = ''
  }
}
