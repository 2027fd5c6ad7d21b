import { describe, expect, test } from 'vitest'
import { createLineSplitter, LINE_CAP, shown } from '../../../src-main/devices/serial/line-splitter'
import { openFailure } from '../../../src-main/devices/serial/open-port'
import { createTrafficLog } from '../../../src-main/devices/serial/traffic-log'

const text = (line: string): { kind: 'text'; text: string } => ({ kind: 'text', text: line })

describe('lines from bytes', () => {
  test('come out whole however the bytes come in', () => {
    const bytes = Buffer.from('POS x=1\r\nOK\n\nTEMP 37.5\nrest')
    for (let size = 1; size <= bytes.length; size++) {
      const splitter = createLineSplitter()
      const lines = []
      for (let at = 0; at < bytes.length; at += size)
        lines.push(...splitter.push(bytes.subarray(at, at + size)))
      expect(lines).toEqual([text('POS x=1'), text('OK'), text('TEMP 37.5')])
      expect(splitter.drop()).toBe(true)
      expect(splitter.push(Buffer.from('A\n'))).toEqual([text('A')])
    }
  })

  test('keep what they were made of when the buffer is used again', () => {
    const splitter = createLineSplitter()
    const pool = Buffer.from('HALF')
    splitter.push(pool)
    pool.fill(0)
    expect(splitter.push(Buffer.from('-DONE\n'))).toEqual([text('HALF-DONE')])
  })

  test('are garbage with control characters or broken UTF-8, shown safely', () => {
    const splitter = createLineSplitter()
    expect(splitter.push(Buffer.from([0x41, 0x00, 0x42, 0x0a, 0xff, 0xfe, 0x0a]))).toEqual([
      { kind: 'garbage', shown: 'A\\x00B' },
      { kind: 'garbage', shown: '\\xff\\xfe' }
    ])
    expect(splitter.push(Buffer.from('37 °C\n'))).toEqual([text('37 °C')])
  })

  test('are cut once at the cap; the next one is whole again', () => {
    const splitter = createLineSplitter()
    const lines = [...Array(5)].flatMap(() => splitter.push(Buffer.alloc(LINE_CAP / 2, 'x')))
    expect(lines.map(({ kind }) => kind)).toEqual(['garbage'])
    expect(splitter.push(Buffer.from('tail\nNEXT\n'))).toEqual([text('NEXT')])
  })

  test('a long one that comes in one piece is cut too', () => {
    const splitter = createLineSplitter()
    const lines = splitter.push(Buffer.from(`${'x'.repeat(LINE_CAP + 1)}\nNEXT\n`))
    expect(lines.map((line) => line.kind)).toEqual(['garbage', 'text'])
    expect(shown(Buffer.alloc(9000, 'x')).length).toBeLessThan(150)
  })
})

describe('why a port does not open', () => {
  test.each([
    ['Error: No such file or directory, cannot open /dev/x', 'device.absent'],
    ['Error Permission denied Cannot open /dev/x', 'device.denied'],
    ['Error Resource temporarily unavailable Cannot lock port', 'device.busy'],
    ['Opening COM3: Access denied', 'device.busy'],
    ['Error: Inappropriate ioctl for device, cannot open', 'device.refused'],
    ['the moon is full', 'device.refused']
  ])('%s is %s, with a next step and the words kept', (words, code) => {
    expect(openFailure('/dev/x', new Error(words))).toMatchObject({ code, detail: words })
    expect(openFailure('/dev/x', new Error(words)).next).not.toBeUndefined()
    expect(openFailure('/dev/x', new Error(words)).message).toContain('/dev/x')
  })
})

test('the traffic log keeps the last 500 lines, oldest first', () => {
  const log = createTrafficLog()
  for (let i = 0; i < 1234; i++) log.add(i % 2 === 0 ? 'sent' : 'received', `line ${i}`)
  const lines = log.lines()
  expect(lines.length).toBe(500)
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d\d\d → line 734$/)
  expect(lines[499]).toMatch(/← line 1233$/)
})
