/** Plate, Well and WellSample of OME 2016-06: which image is which field of which well. */
import type { ImagePlan, StreamPlan } from '../file-sink'
import type { Plate } from '../settings'
import { attribute } from './xml-text'

export function plateElement(plan: StreamPlan, plate: Plate, images: readonly ImagePlan[]): string {
  const wells = new Map<string, { row: number; column: number; images: number[] }>()
  images.forEach(({ position }, number) => {
    const row = plate.rowNames.indexOf(position?.plateRow ?? '')
    const column = plate.columnNames.indexOf(position?.plateColumn ?? '')
    const well = wells.get(`${row}/${column}`) ?? { row, column, images: [] }
    wells.set(`${row}/${column}`, well)
    well.images.push(number)
  })
  const size = `Rows="${plate.rowNames.length}" Columns="${plate.columnNames.length}"`
  const naming =
    attribute('RowNamingConvention', namingOf(plate.rowNames)) +
    attribute('ColumnNamingConvention', namingOf(plate.columnNames))
  let text = `  <Plate ID="Plate:0"${attribute('Name', plate.name ?? plan.stem)} ${size}${naming}>\n`
  let wellNumber = 0
  for (const { row, column, images: fields } of wells.values()) {
    text += `    <Well ID="Well:0:${wellNumber}" Row="${row}" Column="${column}">\n`
    fields.forEach((image, field) => {
      text += `      <WellSample ID="WellSample:0:${wellNumber}:${field}" Index="${image}"><ImageRef ID="Image:${image}"/></WellSample>\n`
    })
    text += '    </Well>\n'
    wellNumber += 1
  }
  return `${text}  </Plate>\n`
}

/** The schema knows letters and numbers; other names have no convention. */
function namingOf(names: readonly string[]): string | null {
  if (names.every((name) => /^[A-Z]+$/.test(name))) return 'letter'
  return names.every((name) => /^\d+$/.test(name)) ? 'number' : null
}
