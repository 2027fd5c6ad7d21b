/** The journal: what goes in comes out, up to the first line that is not whole. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { realDisk } from '../../../src-main/formats/disk'
import { Journal, journalFile } from '../../../src-main/formats/journal'
import {
  isFrame,
  parseEntry,
  parseFrame,
  rawLines,
  readJournal,
  type JournalLine
} from '../../../src-main/formats/journal-reader'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-journal-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const read = (): (JournalLine | null)[] => [...readJournal(folder, realDisk)].map(({ line }) => line)
const record = (n: number): Buffer => Buffer.from(`{"n":${n},"text":"{[\\"µ\\n]}"}`)

function write(frames: number, text = record): void {
  const journal = Journal.create(folder, realDisk)
  journal.keys([{ key: 'n', type: 'number' }])
  for (let i = 0; i < frames; i++) {
    journal.frame(
      i,
      0,
      [i],
      [
        { file: 0, offset: 2 ** 40 + i, length: 8192 },
        { file: 3, offset: i, length: 1 }
      ],
      0xdeadbeef,
      text(i)
    )
  }
  journal.skip(3)
  journal.event({ time: 1.5, kind: 'note', text: 'a note', frame: 2 })
  journal.global('my.org/x', { big: 12345678901234567890n })
  journal.synced(frames)
  journal.sync()
  journal.close()
}

test('lines of all kinds come back as they were', () => {
  write(2)
  expect(read()).toEqual([
    { kind: 'keys', keys: [{ key: 'n', type: 'number' }] },
    ...[0, 1].map((n) => ({
      kind: 'frame',
      frame: n,
      image: 0,
      index: [n],
      locations: [
        { file: 0, offset: 2 ** 40 + n, length: 8192 },
        { file: 3, offset: n, length: 1 }
      ],
      mark: 0xdeadbeef,
      record: record(n).toString()
    })),
    { kind: 'skip', planes: 3 },
    { kind: 'event', event: { time: 1.5, kind: 'note', text: 'a note', frame: 2 } },
    { kind: 'global', namespace: 'my.org/x', value: { big: 12345678901234567890n } },
    { kind: 'synced', frames: 2 }
  ])
})

test('every line is JSON of its own with its checksum first', () => {
  write(1)
  for (const line of readFileSync(journalFile(folder), 'utf8').trimEnd().split('\n')) {
    expect((JSON.parse(line) as unknown[])[0]).toMatch(/^[0-9a-f]{8}$/)
  }
})

test('a journal cut at any byte gives the lines before the cut', () => {
  write(3)
  const whole = readFileSync(journalFile(folder))
  for (let length = whole.byteLength; length >= 0; length--) {
    truncateSync(journalFile(folder), length)
    const lines = whole.subarray(0, length).toString('latin1').split('\n').length - 1
    expect(read().length).toBe(lines)
  }
})

test('a flipped byte ends the reading before its line', () => {
  write(4)
  const whole = readFileSync(journalFile(folder))
  for (let at = 0; at < whole.byteLength; at += 7) {
    if (whole[at] === 10) continue
    const broken = Buffer.from(whole)
    broken[at] = (broken[at] ?? 0) ^ 1
    writeFileSync(journalFile(folder), broken)
    const before = whole.subarray(0, at).toString('latin1').split('\n').length - 1
    expect(read().length).toBe(before)
  }
})

test('records larger than any buffer come back', () => {
  const long = Buffer.from(`{"long":"${'x'.repeat(3_000_000)}"}`)
  write(3, () => long)
  expect(read().flatMap((line) => (line?.kind === 'frame' ? [line.record.length] : []))).toEqual([
    long.length,
    long.length,
    long.length
  ])
})

test('a resumed journal goes on where the last whole line ended', () => {
  write(1)
  const end = readFileSync(journalFile(folder)).byteLength
  appendFileSync(journalFile(folder), '["00000000","f",1,0,[1]')
  const journal = Journal.resume(folder, realDisk, end)
  journal.skip(1)
  journal.sync()
  journal.close()
  expect(read().slice(-1)).toEqual([{ kind: 'skip', planes: 1 }])
})

test.each([[[]], [[7]], [[1_000_000, 0, 12]]])(
  'the short reading of a line says the same as the whole one: index %j',
  (index) => {
    const journal = Journal.create(folder, realDisk)
    for (const text of ['{}', '{"[{":"]}µ","n":-1.5e-7}'])
      journal.frame(1_234_567, 3, index, [{ file: 0, offset: 2 ** 40, length: 9 }], 0xbeef, Buffer.from(text))
    journal.flush()
    journal.close()
    const lines = [...rawLines(folder, realDisk)]
      .filter(({ bytes }) => isFrame(bytes))
      .map(({ bytes }) => Buffer.from(bytes))
    expect(lines.length).toBe(2)
    for (const line of lines) {
      const { frame, image, index: place, record } = parseFrame(line)
      expect(parseEntry(line)).toEqual({ frame, image, index: place, record })
      expect(place).toEqual(index)
    }
  }
)
