// The scenarios of `npm run bench -- writers`: what is written, by whom besides us, and which goals hold.

const big = { width: 2048, height: 2048 }
const small = { width: 512, height: 512 }
const tiny = { width: 64, height: 64 }
const none = { compression: 'none' }
const tiff = { format: 'ome-tiff', ...none }
const zarr = { format: 'ome-zarr', ...none }
const lz4 = { format: 'ome-zarr', compression: 'blosc-lz4', chunk: 1 }

/** Samples of ours that others are measured against; they are no peers. */
const own = (name, sample) => ({ name, writer: 'ours', sample })
const peer = (writer, sample = {}) => ({ name: writer, writer, sample })

/**
 * `frames`: [full, quick]. `quickPeers`: how many of the peers a quick run keeps, the best ones first. `unit`: fps (larger is better) or s.
 * `goals`: least ratioToBestPeer and ratioToDisk.
 */
export const scenarios = [
  {
    name: 'big-raw-tiff',
    unit: 'fps',
    frames: [256, 192],
    ours: { ...big, ...tiff },
    peers: [peer('ow-tifffile'), peer('ndtiff'), peer('tifffile')],
    quickPeers: 2,
    disk: true,
    goals: { peer: 2, disk: 0.85 }
  },
  {
    name: 'big-raw-zarr',
    unit: 'fps',
    frames: [256, 192],
    ours: { ...big, ...zarr },
    // One file a frame, as they do best: with shards along t they write each shard again for every frame (shard-raw).
    peers: [peer('ow-tensorstore'), peer('ow-acquire-zarr'), peer('acquire-zarr'), peer('ow-zarrs-python')],
    quickPeers: 2,
    disk: true,
    goals: { peer: 2, disk: 0.85 }
  },
  {
    name: 'shard-raw',
    unit: 'fps',
    frames: [192, 128],
    ours: { ...big, ...zarr, chunk: 1, shard: 16 },
    peers: [peer('ow-acquire-zarr'), peer('acquire-zarr'), peer('ow-tensorstore'), peer('ow-zarrs-python')],
    quickPeers: 1,
    disk: true,
    goals: { peer: 4, disk: 0.7 }
  },
  {
    name: 'small-raw-tiff',
    unit: 'fps',
    frames: [4096, 2048],
    ours: { ...small, ...tiff },
    peers: [peer('ndtiff'), peer('tifffile'), peer('ow-tifffile')],
    quickPeers: 2,
    disk: true,
    goals: { peer: 1.2 }
  },
  {
    name: 'small-raw-zarr',
    unit: 'fps',
    frames: [4096, 2048],
    ours: { ...small, ...zarr, chunk: 1, shard: 128 },
    peers: [
      peer('ow-acquire-zarr', { shard: undefined }),
      peer('acquire-zarr', { shard: undefined }),
      peer('ow-tensorstore', { shard: undefined, frames: [512, 128] }),
      peer('ow-zarrs-python', { shard: undefined, frames: [256, 64] })
    ],
    quickPeers: 2,
    disk: true,
    goals: { peer: 3 }
  },
  {
    name: 'lz4-big',
    unit: 'fps',
    frames: [256, 128],
    ours: { ...big, ...lz4, shard: 16 },
    peers: [peer('ow-tensorstore', { shard: undefined }), peer('ow-acquire-zarr'), peer('acquire-zarr')],
    quickPeers: 2,
    disk: true,
    goals: { peer: 2 }
  },
  {
    name: 'lz4-small',
    unit: 'fps',
    frames: [4096, 2048],
    ours: { ...small, ...lz4, shard: 128 },
    peers: [
      peer('ow-acquire-zarr'),
      peer('acquire-zarr'),
      peer('ow-tensorstore', { shard: undefined, frames: [512, 128] })
    ],
    quickPeers: 1,
    disk: true,
    goals: { peer: 2 }
  },
  {
    name: 'both',
    unit: 'fps',
    frames: [64, 32],
    ours: { ...big, ...none, format: 'both' },
    // Half of what one format gets, the slower of the two.
    peers: [
      own('half of TIFF alone', { ...tiff, divideBy: 2 }),
      own('half of Zarr alone', { ...zarr, divideBy: 2 })
    ],
    best: 'least',
    disk: true,
    goals: { peer: 0.9 }
  },
  {
    name: 'paced-100',
    unit: 'fps',
    frames: [300, 150],
    ours: { ...big, ...tiff, fps: 100, preview: true, poolMB: 256 },
    peers: [
      peer('ow-tensorstore', { format: 'ome-zarr' }),
      peer('ow-tifffile'),
      peer('ow-acquire-zarr', { format: 'ome-zarr' })
    ],
    quickPeers: 1,
    disk: true,
    goals: { fps: 99, p99Ms: 10, cpuOfPeer: 0.25, peakMB: 50 }
  },
  {
    name: 'burst-tiff',
    unit: 'fps',
    frames: [32, 24],
    ours: { ...big, ...tiff },
    peers: [peer('ow-tifffile'), peer('ow-tensorstore', { format: 'ome-zarr' })],
    quickPeers: 1,
    disk: true,
    goals: { peer: 1.1 }
  },
  {
    name: 'burst-zarr',
    unit: 'fps',
    frames: [32, 24],
    ours: { ...big, ...zarr },
    peers: [peer('ow-tensorstore'), peer('ow-tifffile', { format: 'ome-tiff' })],
    quickPeers: 1,
    disk: true,
    goals: { peer: 1.1 }
  },
  {
    name: 'meta-close-tiff',
    unit: 's',
    frames: [100_000, 100_000],
    ours: { ...tiny, ...tiff },
    // A tenth of the frames, since it takes quadratically longer: no result in minutes with all of them.
    peers: [peer('ow-tifffile', { frames: [10_000, 2_000], timesLess: true })],
    quickPeers: 1,
    goals: { seconds: 2 }
  },
  {
    name: 'meta-close-zarr',
    unit: 's',
    frames: [100_000, 100_000],
    ours: { ...tiny, ...zarr },
    peers: [peer('ow-acquire-zarr', { chunk: 1000, frames: [100_000, 20_000], timesLess: true })],
    quickPeers: 1,
    goals: { seconds: 1 }
  },
  {
    name: 'million',
    unit: 'fps',
    frames: [1_000_000, 300_000],
    ours: { width: 16, height: 16, ...zarr },
    peers: [own('a tenth of the frames', { width: 16, height: 16, ...zarr, frames: [100_000, 30_000] })],
    goals: { peer: 0.8, extraMB: 50 }
  },
  {
    name: 'safety-cost',
    unit: 'fps',
    frames: [1024, 512],
    ours: { ...small, ...tiff },
    peers: [
      own('without checkpoint and sync', {
        ...tiff,
        rhythm: { checkpointMs: 1e9, syncMs: 1e9, flushMs: 1e9 }
      })
    ],
    goals: { peer: 0.9 }
  }
]
