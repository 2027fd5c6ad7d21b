/** Text as XML 1.0 can hold it, and a sink that gathers small pieces into large ones. */

/** Characters that need a thought: markup, controls, halves of surrogate pairs, the two non-characters. */
const SPECIAL = /[&<>"\u0000-\u001f\ud800-\udfff\ufffe\uffff]/
const EACH = /[&<>"\u0000-\u001f\ufffe\uffff]|[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // White space other than the blank is changed by every reader unless it comes as a reference (XML 1.0, 2.11 and 3.3.3).
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;'
}

/** For attributes and for text. What XML has no way to hold becomes U+FFFD. */
export function xmlText(text: string): string {
  if (!SPECIAL.test(text)) return text
  return text.replace(EACH, (found) => REFERENCES[found] ?? (found.length === 2 ? found : '\ufffd'))
}

/** ` name="value"`, or nothing for null. */
export const attribute = (name: string, value: string | number | null | undefined): string =>
  value === null || value === undefined
    ? ''
    : ` ${name}="${typeof value === 'number' ? value : xmlText(value)}"`

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
