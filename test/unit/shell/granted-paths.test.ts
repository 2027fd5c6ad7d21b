import { expect, it } from 'vitest'
import { GrantedPaths } from '../../../src-main/granted-paths'

it('the page may only name paths that the user chose (X2)', () => {
  const granted = new GrantedPaths()
  granted.grant('/data/run_001.ome.zarr')
  expect(granted.check('/data/run_001.ome.zarr')).toBe('/data/run_001.ome.zarr')
  expect(granted.check('/data/x/../run_001.ome.zarr')).toBe('/data/run_001.ome.zarr')
  for (const path of ['/etc/passwd', '/data', '/data/run_001.ome.zarr/../../etc/passwd']) {
    expect(() => granted.check(path)).toThrow(/not chosen/)
  }
})
