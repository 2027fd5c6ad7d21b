// A Zarr hierarchy in a zip archive or behind http is the same dataset as its folder.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { zipSync, type Zippable } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dataset } from '../../../src-main/datasets/dataset'
import { Failed } from '../../../src-preload/contract/failure'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { planeBytes } from '../../../src-main/datasets/plane'
import { datasetAddress } from '../../../src-main/datasets/zarr/address'

const golden = resolve(import.meta.dirname, '../../conformance/golden')
const sets = ['event_driven', 'zstack_timelapse', 'multi_position'].map((name) =>
  join(golden, name, 'data.ome.zarr')
)

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]
  )
}

/** Everything that a reader sees of a dataset but its paths. */
async function content(dataset: Dataset): Promise<unknown> {
  const rows = await dataset.rows(0, 1000)
  const planes = await Promise.all(
    rows.map(async ({ image, storageIndex }) => {
      const plane = await dataset.plane(image, storageIndex)
      return 'missing' in plane ? plane.missing : createHash('sha256').update(planeBytes(plane)).digest('hex')
    })
  )
  const images = dataset.images.map(({ axes, pixelType, declared }) => ({ axes, pixelType, declared }))
  await dataset.close()
  return { kind: dataset.kind, images, rows, planes }
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-stores-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function zipped(set: string, options: { level: 0 | 6; prefix: string; more?: Zippable }): string {
  const files = filesIn(set).map(
    (file) => [options.prefix + relative(set, file), readFileSync(file)] as const
  )
  const path = join(folder, `${Math.random()}.zip`)
  writeFileSync(path, zipSync({ ...Object.fromEntries(files), ...options.more }, { level: options.level }))
  return path
}

describe.each(sets)('%s', (set) => {
  it.each([
    { level: 0, prefix: '' },
    { level: 6, prefix: '' },
    { level: 6, prefix: 'some folder.zarr/' }
  ] as const)('in a zip archive %j', async (options) => {
    expect(await content(await openDataset(zipped(set, options)))).toEqual(
      await content(await openDataset(set))
    )
  })
})

describe('a zip archive', () => {
  const set = join(golden, 'event_driven/data.ome.zarr')
  const image = readFileSync(join(set, 'zarr.json'), 'utf8')

  it('whose names lead out of it does not follow them (R15)', async () => {
    const more = {
      '../outside.txt': Buffer.from('x'),
      'zarr.json': Buffer.from(image.replace(/"path": ?"0"/, '"path": "../0"'))
    }
    const dataset = await openDataset(zipped(set, { level: 0, prefix: '', more }))
    expect(dataset.images[0]?.readable).toBe(false)
    await dataset.close()
  })

  it('with a flipped bit in a chunk marks that frame as damaged (R6)', async () => {
    const path = zipped(set, { level: 6, prefix: '' })
    const bytes = readFileSync(path)
    // the local header of the chunk, its name, then its data
    const at = bytes.indexOf('0/c/2/0/1')
    bytes[at + 200] = (bytes[at + 200] ?? 0) ^ 0x10
    writeFileSync(path, bytes)
    const dataset = await openDataset(path)
    expect(await dataset.plane(0, [1])).toHaveProperty('data')
    expect(await dataset.plane(0, [2])).toMatchObject({ missing: 'damaged' })
    await dataset.close()
  })

  it.each([0.2, 0.6, 0.95])('cut at %f of its length is refused in one sentence', async (part) => {
    const path = zipped(set, { level: 6, prefix: '' })
    writeFileSync(path, readFileSync(path).subarray(0, Math.floor(statSync(path).size * part)))
    await expect(openDataset(path)).rejects.toMatchObject({
      code: 'dataset.unreadable',
      message: expect.stringContaining(path) as string
    })
  })

  it('without a hierarchy is refused', async () => {
    const path = join(folder, 'other.zip')
    writeFileSync(path, zipSync({ 'a.txt': Buffer.from('x') }))
    await expect(openDataset(path)).rejects.toMatchObject({ code: 'dataset.unsupported' })
  })
})

describe('behind http', () => {
  let server: Server
  let address = ''
  beforeAll(async () => {
    server = createServer((request, response) => {
      const file = join(golden, decodeURIComponent(request.url ?? ''))
      if (request.url?.startsWith('/moved/') === true) {
        response.writeHead(302, { location: request.url.replace('/moved', '') }).end()
        return
      }
      if (!existsSync(file) || statSync(file).isDirectory()) {
        response.writeHead(request.url?.includes('broken') === true ? 500 : 404).end()
        return
      }
      const bytes = readFileSync(file)
      const range = /bytes=(-?\d+)(?:-(\d+))?/.exec(request.headers.range ?? '')
      if (range === null) {
        response
          .writeHead(200, { 'content-length': bytes.length })
          .end(request.method === 'HEAD' ? undefined : bytes)
        return
      }
      const from = Number(range[1])
      const part = from < 0 ? bytes.subarray(from) : bytes.subarray(from, Number(range[2]) + 1)
      response.writeHead(206, { 'content-length': part.length }).end(part)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it.each(sets)('%s is the same dataset', async (set) => {
    const url = `${address}/${relative(golden, set)}`
    expect(await content(await openDataset(url))).toEqual(await content(await openDataset(set)))
    expect(await content(await openDataset(`${address}/moved/${relative(golden, set)}`))).toEqual(
      await content(await openDataset(set))
    )
  })

  it('an address without a dataset, and a server that fails or is not there, are told in one sentence', async () => {
    await expect(openDataset(`${address}/nothing`)).rejects.toMatchObject({ code: 'dataset.unsupported' })
    await expect(openDataset(`${address}/broken`)).rejects.toMatchObject({
      code: 'dataset.unreadable',
      message: expect.stringContaining('500') as string
    })
    await expect(openDataset('http://127.0.0.1:9/x.zarr')).rejects.toMatchObject({
      code: 'dataset.unreadable',
      message: 'http://127.0.0.1:9/x.zarr/zarr.json could not be read: no server answers there.'
    })
    await expect(openDataset(`${address}/nothing`)).rejects.toMatchObject({
      message: `The server knows no OME-Zarr at ${address}/nothing.`,
      next: expect.stringMatching(/folder in which zarr\.json/) as string
    })
  })

  it('a server that says nothing is given up', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/x.zarr`
    await expect(openDataset(url, { patienceMs: 200 })).rejects.toMatchObject({
      code: 'dataset.unreadable',
      message: expect.stringMatching(/no answer within 0\.2 s/) as string
    })
    silent.closeAllConnections()
    silent.close()
  })

  it('a signature behind the address goes with every key', async () => {
    const asked: string[] = []
    const signed = createServer(({ url = '' }, response) => {
      asked.push(url)
      response.writeHead(404).end()
    })
    await new Promise<void>((done) => signed.listen(0, '127.0.0.1', done))
    const at = `http://127.0.0.1:${(signed.address() as AddressInfo).port}/a.zarr?sig=1`
    await expect(openDataset(at)).rejects.toMatchObject({ code: 'dataset.unsupported' })
    expect(asked).toContain('/a.zarr/zarr.json?sig=1')
    signed.close()
  })

  it.each([
    ['  https://example.org/a b.zarr/  ', 'https://example.org/a%20b.zarr'],
    ['example.org/x.zarr/zarr.json', 'https://example.org/x.zarr'],
    ['HTTP://Example.org:8080/x/.zattrs#top', 'http://example.org:8080/x'],
    ['http://localhost/x.zarr?sig=a/b', 'http://localhost/x.zarr?sig=a/b']
  ])('the address %s', (typed, meant) => {
    expect(datasetAddress(typed)).toBe(meant)
  })

  it.each(['file:///etc/passwd', 'ftp://example.org/x', 'javascript:alert(1)', '', 'http://', '/home/x'])(
    'no address: %s',
    (typed) => {
      expect(() => datasetAddress(typed)).toThrow(Failed)
    }
  )
})
