/** The form that another program's OME-XML amounts to: Experimenter, Project, Description, Instrument, ImagingEnvironment, Channel (OME 2016-06). */
import type { DatasetMetadata, MetadataNode } from '../../src-preload/contract/dataset'
import type { Json } from '../../src-preload/contract/record'
import type { StoredForm } from '../../src-preload/contract/stored-form'
import { looksLikeXml } from './tiff/description'
import { xmlTree } from './tiff/xml-tree'

export async function omeForm({ raw }: DatasetMetadata): Promise<StoredForm> {
  const document = raw.find(({ text }) => looksLikeXml(text.slice(0, 2048)))
  if (document === undefined) return {}
  const tree = await xmlTree(pieces(document.text), () => false)
  const root = tree.find(({ name }) => name === 'OME')
  return root === undefined ? {} : formOf(root)
}

async function* pieces(text: string): AsyncGenerator<string> {
  await Promise.resolve()
  yield text
}

const child = (node: MetadataNode | undefined, name: string): MetadataNode | undefined =>
  node?.children?.find((each) => each.name === name)
const all = (node: MetadataNode | undefined, name: string): MetadataNode[] =>
  (node?.children ?? []).filter((each) => each.name === name)
const text = (node: MetadataNode | undefined, name: string): string => child(node, name)?.value?.trim() ?? ''

/** A number with its unit, where the file says one and in the unit that forms are kept in. */
function amount(node: MetadataNode | undefined, name: string, unit: string): Json | null {
  const value = Number(text(node, name) || NaN)
  const told = unitOf(node, name)
  return Number.isFinite(value) && (told === '' || told === unit) ? { value, unit } : null
}
const unitOf = (node: MetadataNode | undefined, name: string): string => text(node, `${name}Unit`)
const percent = (node: MetadataNode | undefined, name: string): Json | null => {
  const value = Number(text(node, name) || NaN)
  return Number.isFinite(value) ? { value: Number((value * 100).toPrecision(12)), unit: '%' } : null
}

const filled = (values: { readonly [key: string]: Json | null }): StoredForm =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Json] => entry[1] !== null && entry[1] !== '')
  )

function formOf(root: MetadataNode): StoredForm {
  const experimenter = child(root, 'Experimenter')
  const image = child(root, 'Image')
  const instrument = child(root, 'Instrument')
  const names = [text(experimenter, 'FirstName'), text(experimenter, 'LastName')].filter(
    (part) => part !== ''
  )
  const objective = child(instrument, 'Objective')
  const environment = child(image, 'ImagingEnvironment')
  const parts = {
    instrument: maker(child(instrument, 'Microscope')),
    camera: maker(child(instrument, 'Detector')),
    objective: filled({
      ...maker(objective),
      magnification: amount(objective, 'NominalMagnification', '×'),
      na: amount(objective, 'LensNA', ''),
      immersion: text(objective, 'Immersion')
    }),
    environment: filled({
      temperature: amount(environment, 'Temperature', '°C'),
      pressure: amount(environment, 'AirPressure', 'mbar'),
      humidity: percent(environment, 'Humidity'),
      co2: percent(environment, 'CO2Percent')
    })
  }
  const channels = all(child(image, 'Pixels'), 'Channel').map(channel)
  return filled({
    operator: names.join(' ') || text(experimenter, 'UserName'),
    email: text(experimenter, 'Email'),
    institution: text(experimenter, 'Institution'),
    project: text(child(root, 'Project'), 'Name'),
    sample: text(image, 'Description'),
    channels: channels.some((each) => Object.keys(each).length > 0) ? channels : null,
    ...Object.fromEntries(Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0))
  })
}

function maker(node: MetadataNode | undefined): StoredForm {
  const model = text(node, 'Model')
  const manufacturer = text(node, 'Manufacturer')
  return filled({
    name: [manufacturer, model].filter((part) => part !== '').join(' '),
    manufacturer,
    model,
    serial: text(node, 'SerialNumber')
  })
}

const channel = (node: MetadataNode): StoredForm =>
  filled({
    name: text(node, 'Name'),
    fluorophore: text(node, 'Fluor'),
    excitation: amount(node, 'ExcitationWavelength', 'nm'),
    emission: amount(node, 'EmissionWavelength', 'nm')
  })
