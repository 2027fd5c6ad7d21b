/** OME-XML from records: fields, escapes, the key schema, and what is left out rather than written wrong. */
import { describe, expect, test } from 'vitest'
import type { Json, KeyInfo, RunEvent } from '../../../src-preload/contract/record'
import type { FrameEntry, RecordSource, StreamPlan } from '../../../src-main/formats/file-sink'
import { writeOmeXml } from '../../../src-main/formats/ome-xml/ome-xml'
import { eachField, stringValue, typeOfJson } from '../../../src-main/formats/ome-xml/record-fields'
import { attribute, xmlText } from '../../../src-main/formats/ome-xml/xml-text'
import { planStream } from '../../../src-main/formats/plan'
import type { AcquisitionSettings } from '../../../src-main/formats/settings'
import { lengthUnit, omeSymbol, timeUnit } from '../../../src-main/formats/units'

const plan = (more: Partial<AcquisitionSettings> = {}): StreamPlan =>
  planStream(
    {
      rootPath: '/d/run',
      dimensions: [
        { name: 't', count: null },
        { name: 'y', count: 4 },
        { name: 'x', count: 4 }
      ],
      dtype: 'uint16',
      format: 'ome-tiff',
      ...more
    },
    { startedAt: '2026-01-27T02:33:05.778432Z' }
  )

interface Told {
  readonly records: readonly string[]
  readonly keys?: readonly KeyInfo[]
  readonly events?: readonly RunEvent[]
  readonly globals?: Readonly<Record<string, Json>>
}

function xmlOf({ records, keys = [], events = [], globals = {} }: Told, made = plan()): string {
  const frames: FrameEntry[] = records.map((record, n) => ({ frame: n, image: 0, index: [n], record }))
  const source: RecordSource = {
    frames: () => frames,
    count: frames.length,
    planes: () => frames.length,
    keys,
    events,
    globals: new Map(Object.entries(globals)),
    finish: { end: 'completed', frames: frames.length }
  }
  let text = ''
  writeOmeXml(made, source, { kind: 'ome-tiff', uuid: made.uuids[0] ?? '' }, (piece) => (text += piece))
  return text
}

test("the reference's example gives its XML, with units", () => {
  const xml = xmlOf({
    records: [
      '{"delta_t":3e-06,"exposure_time":0.01,"position_x":100.0,"position_y":200.0,"position_z":50.0,"temperature":37.176405234596764,"laser_power":50.0}'
    ]
  })
  expect(xml).toContain('<AcquisitionDate>2026-01-27T02:33:05.778432Z</AcquisitionDate>')
  expect(xml).toContain('<Image ID="Image:0" Name="0">')
  expect(xml).toContain(
    'DimensionOrder="XYTCZ" Type="uint16" BigEndian="false" SizeX="4" SizeY="4" SizeZ="1" SizeC="1" SizeT="1"'
  )
  expect(xml).toContain(
    '<Plane TheZ="0" TheT="0" TheC="0" DeltaT="3e-06" DeltaTUnit="s" ExposureTime="0.01" ExposureTimeUnit="s" PositionX="100.0" PositionXUnit="µm" ' +
      'PositionY="200.0" PositionYUnit="µm" PositionZ="50.0" PositionZUnit="µm"><AnnotationRef ID="Annotation:0"/></Plane>'
  )
  expect(xml).toContain('<M K="temperature">37.176405234596764</M>\n        <M K="laser_power">50.0</M>')
})

test('a frame without other keys has no annotation, and numbers stay unique', () => {
  const xml = xmlOf({
    records: ['{"a":1}', '{"delta_t":1}', '{}', '{"a":2}'],
    globals: { 'my.org': { b: 'c' } }
  })
  expect(xml.match(/<Plane [^>]*\/>/g)?.length).toBe(2)
  const ids = [...xml.matchAll(/<MapAnnotation ID="(Annotation:\d+)"/g)].map((found) => found[1])
  expect(ids).toEqual(['Annotation:0', 'Annotation:1', 'Annotation:4', 'Annotation:5', 'Annotation:6'])
  const refs = [...xml.matchAll(/<AnnotationRef ID="(Annotation:\d+)"/g)].map((found) => found[1])
  expect([...refs].sort()).toEqual([...ids].sort())
})

test('the key schema gives back what text loses: types, units, sources, and the frames that differ', () => {
  const keys: KeyInfo[] = [
    { key: 'a', type: 'number', unit: '°C', source: 'thermometer' },
    { key: 'b', type: 'text' }
  ]
  const records = ['{"a":1,"b":"x"}', '{"a":"1","b":2}', '{"a":"2","b":"true"}', '{"a":null,"b":true}']
  const schema =
    /Namespace="benchframe\/key-schema">\s*<Value>([\s\S]*?)<\/Value>/.exec(xmlOf({ records, keys }))?.[1] ??
    ''
  expect(schema).toContain(
    '<M K="a">{"type":"number","unit":"°C","source":"thermometer","exceptions":{"text":[[1,2]],"null":[3]}}</M>'
  )
  expect(schema).toContain('<M K="b">{"type":"text","exceptions":{"number":[1],"boolean":[3]}}</M>')
})

test('what people typed goes where OME has a place for it', () => {
  const form = {
    sample: 'beads <1 µm>',
    done: 'nothing',
    operator: 'Ada King Lovelace',
    notes: '',
    fields: []
  }
  const xml = xmlOf({ records: ['{}'], globals: { 'benchframe/form': form } })
  expect(xml).toContain('<Experimenter ID="Experimenter:0" FirstName="Ada King" LastName="Lovelace"/>')
  expect(xml).toContain('<ExperimenterRef ID="Experimenter:0"/>')
  expect(xml).toContain('<Description>beads &lt;1 µm&gt;\nnothing</Description>')
})

test('F1 text of the whole dataset that looks like JSON is marked as text', () => {
  const xml = xmlOf({
    records: ['{}'],
    globals: { 'my.org': { lot: '42', name: 'beads', count: 42, on: 'true' }, plain: '7' }
  })
  expect(xml).toContain('<M K="texts">[["my.org","lot"],["my.org","on"],["plain","value"]]</M>')
})

test('M2 sizes without a unit, and units that OME does not have, are left out', () => {
  const sized = (unit: string | undefined, scale: number | undefined): string =>
    xmlOf(
      { records: ['{}'] },
      plan({
        dimensions: [
          { name: 't', count: null },
          { name: 'y', count: 4 },
          {
            name: 'x',
            count: 4,
            ...(unit === undefined ? {} : { unit }),
            ...(scale === undefined ? {} : { scale })
          }
        ]
      })
    )
  expect(sized(undefined, 0.5)).not.toContain('PhysicalSize')
  expect(sized('um', undefined)).not.toContain('PhysicalSize')
  expect(sized('um', 0.5)).toContain('PhysicalSizeX="0.5" PhysicalSizeXUnit="µm"')
})

describe('text in XML', () => {
  test.each([
    ['a & b < c > "d"', 'a &amp; b &lt; c &gt; "d"'],
    ['line\nnext\ttab\rreturn', 'line\nnext\ttab&#13;return'],
    ['\u0000\u0001\u001f\ufffe\uffff', '\ufffd\ufffd\ufffd\ufffd\ufffd'],
    ['\ud800 \udc00 \ud83d\ude00', '\ufffd \ufffd \ud83d\ude00']
  ])('%j is %j', (text, xml) => {
    expect(xmlText(text)).toBe(xml)
  })

  test('white space and quotes survive in attributes', () => {
    expect(attribute('K', 'a"\n\t\r')).toBe(' K="a&quot;&#10;&#9;&#13;"')
  })
})

test('fields of a record are walked with their text as it is', () => {
  const record =
    '{"a":-1.50e+3,"b\\"":"x\\\\","c":[1,{"d":"}]"}],"e":{"f":[]},"g":null,"h":12345678901234567890,"i":"\\u0001,"}'
  const found: [string, string, string][] = []
  eachField(record, (key, value) => found.push([stringValue(key), value, typeOfJson(value)]))
  expect(found).toEqual([
    ['a', '-1.50e+3', 'number'],
    ['b"', '"x\\\\"', 'text'],
    ['c', '[1,{"d":"}]"}]', 'json'],
    ['e', '{"f":[]}', 'json'],
    ['g', 'null', 'null'],
    ['h', '12345678901234567890', 'number'],
    ['i', '"\\u0001,"', 'text']
  ])
  eachField('{}', () => {
    throw new Error('an empty record has no field')
  })
})

test.each([
  ['um', 'micrometer', 'µm'],
  ['µm', 'micrometer', 'µm'],
  ['μm', 'micrometer', 'µm'],
  ['micrometers', 'micrometer', 'µm'],
  ['nanometre', 'nanometer', 'nm'],
  ['Å', 'angstrom', 'Å'],
  ['mm', 'millimeter', 'mm']
])('the unit of length %s is %s, in OME-XML %s', (unit, name, symbol) => {
  expect(lengthUnit(unit)).toBe(name)
  expect(omeSymbol(name)).toBe(symbol)
  expect(omeSymbol(name)?.codePointAt(0)).not.toBe(0x3bc)
})

test('units of time are told from lengths', () => {
  expect([timeUnit('ms'), timeUnit('s'), timeUnit('min'), timeUnit('µm'), lengthUnit('s')]).toEqual([
    'millisecond',
    'second',
    'minute',
    null,
    null
  ])
})
