/** The texts of opening an address; part of strings.ts, which is the one place to look for them. */
export const address = {
  way: 'Open address…',
  title: 'Open an address',
  about: 'An OME-Zarr on a web server or in an object store, by the address of its folder.',
  field: 'Address',
  example: 'https://…/image.ome.zarr',
  open: 'Open',
  cancel: 'Cancel'
}
