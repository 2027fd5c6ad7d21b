import { expect, it } from 'vitest'
import { formElements } from '../../../src-main/formats/ome-xml/form-elements'

const q = (value: number, unit: string): { value: number; unit: string } => ({ value, unit })

it('M11 each field is where OME has a place for it, fractions and units as the schema wants them', () => {
  const form = formElements({
    sample: 'yeast',
    operator: 'Ada King Lovelace',
    email: 'ada@example.org',
    project: 'Looms & engines',
    license: 'CC0',
    objective: {
      name: 'my 60x',
      magnification: q(60, '×'),
      na: q(1.4, ''),
      immersion: 'Oil',
      refractiveIndex: q(1.515, '')
    },
    camera: { name: 'Cam', manufacturer: 'Cams' },
    environment: { name: 'warm', temperature: q(37, '°C'), co2: q(5, '%'), humidity: q(95, '%') },
    light: {
      name: 'l',
      sources: [{ name: 'blue', type: 'Laser', wavelength: q(488, 'nm'), power: q(50, 'mW') }]
    },
    channels: [{ name: 'GFP', excitation: q(488, 'nm') }],
    contrast: 'Phase contrast'
  })
  expect(form.front(2)).toContain('<Project ID="Project:0" Name="Looms &amp; engines">')
  expect(form.front(2)).toContain('<ImageRef ID="Image:1"/>')
  expect(form.front(2)).toContain('<RightsHeld>CC0</RightsHeld>')
  expect(form.people).toContain('FirstName="Ada King" LastName="Lovelace" Email="ada@example.org"')
  expect(form.people).toContain('Model="my 60x" NominalMagnification="60" LensNA="1.4" Immersion="Oil"')
  expect(form.people).toContain(
    '<Laser ID="LightSource:0:0" Model="blue" Power="50" PowerUnit="mW" Wavelength="488"'
  )
  expect(form.settings).toContain(
    '<ObjectiveSettings ID="Objective:0:0" Medium="Oil" RefractiveIndex="1.515"/>'
  )
  expect(form.settings).toContain('Temperature="37" TemperatureUnit="°C" Humidity="0.95" CO2Percent="0.05"/>')
  const { known, attributes, content } = form.channel(0, 1, { name: 'planned' })
  expect(known).toEqual({ name: 'planned', excitationWavelengthNm: 488 })
  expect(attributes).toBe(' ContrastMethod="Phase" AcquisitionMode="WideField"')
  expect(content).toContain('DetectorSettings')
})

it('M2 what was not understood, or is no value of the schema, is in no attribute', () => {
  const form = formElements({
    operator: '',
    objective: { name: 'x', na: '1.4 oil', magnification: q(0, '×'), immersion: 'Honey' },
    environment: { name: 'e', temperature: 'warm', humidity: q(140, '%') }
  })
  expect(form.people).toBe(
    '  <Instrument ID="Instrument:0">\n    <Objective ID="Objective:0:0" Model="x"/>\n  </Instrument>\n'
  )
  expect(form.settings).not.toContain('ImagingEnvironment')
  expect(formElements(undefined).people + formElements(null).settings).toBe('')
})
