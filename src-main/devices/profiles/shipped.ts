/** The profiles that come with Benchframe. */
import arduinoAotf from './shipped/arduino-aotf.json'
import arduinoJson from './shipped/arduino-json.json'
import asi from './shipped/asi-ms2000.json'
import obis from './shipped/coherent-obis.json'
import coolled from './shipped/coolled-pe4000.json'
import eurotherm from './shipped/eurotherm-3200.json'
import grbl from './shipped/grbl.json'
import ludl from './shipped/ludl.json'
import marlin from './shipped/marlin.json'
import prior from './shipped/prior-proscan.json'
import sangaboard from './shipped/sangaboard.json'
import scpi from './shipped/scpi-thermometer.json'
import apt from './shipped/thorlabs-apt.json'
import triggerBox from './shipped/trigger-box.json'
import triggerScope from './shipped/triggerscope.json'
import zaber from './shipped/zaber-ascii.json'
import { readProfile, type Profile } from './profile'

const sources = {
  arduinoJson,
  arduinoAotf,
  asi,
  obis,
  coolled,
  eurotherm,
  grbl,
  ludl,
  marlin,
  prior,
  sangaboard,
  scpi,
  apt,
  triggerBox,
  triggerScope,
  zaber
}

export const shippedProfiles: readonly Profile[] = Object.values(sources).map((json) =>
  readProfile(json, json.id)
)
