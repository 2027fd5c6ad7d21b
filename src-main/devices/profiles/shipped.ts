/** The profiles that come with Benchframe. */
import arduinoJson from './shipped/arduino-json.json'
import asi from './shipped/asi-ms2000.json'
import obis from './shipped/coherent-obis.json'
import grbl from './shipped/grbl.json'
import marlin from './shipped/marlin.json'
import prior from './shipped/prior-proscan.json'
import sangaboard from './shipped/sangaboard.json'
import scpi from './shipped/scpi-thermometer.json'
import triggerBox from './shipped/trigger-box.json'
import zaber from './shipped/zaber-ascii.json'
import { readProfile, type Profile } from './profile'

const sources = { arduinoJson, asi, obis, grbl, marlin, prior, sangaboard, scpi, triggerBox, zaber }

export const shippedProfiles: readonly Profile[] = Object.values(sources).map((json) =>
  readProfile(json, json.id)
)
