// Runs firmware for an ATmega328P under avr8js in real time. JSON lines on stdin: {"rx": text} to its serial input, {"edges": {count, everyMs}} on
// pin 2, {"burst": count} (50 µs apart). On stdout: {"tx": text} and {"edge": µs, "pulse": µs} as they
// truly were, by the emulated clock.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import avr from 'avr8js'

const {
  avrInstruction,
  AVRIOPort,
  AVRTimer,
  AVRUSART,
  CPU,
  portBConfig,
  portDConfig,
  timer1Config,
  usart0Config
} = avr

const MHZ = 16
const SLEEP = 0x9588
/** Behind by more than this, the emulated clock stands still for a while in place of racing after the true one. */
const CATCH_UP_MS = 50

/** @param {string} hex */
function program(hex) {
  const bytes = new Uint8Array(0x8000)
  for (const line of hex.split('\n')) {
    const match = /^:(..)(....)(..)(.*)..\s*$/.exec(line)
    if (match === null || match[3] !== '00') continue
    const [, , address = '0', , data = ''] = match
    for (let i = 0; i < data.length / 2; i++)
      bytes[parseInt(address, 16) + i] = parseInt(data.slice(2 * i, 2 * i + 2), 16)
  }
  return new Uint16Array(bytes.buffer)
}

const cpu = new CPU(program(readFileSync(process.argv[2] ?? '', 'utf8')))
const portB = new AVRIOPort(cpu, portBConfig)
const portD = new AVRIOPort(cpu, portDConfig)
new AVRTimer(cpu, timer1Config)
const usart = new AVRUSART(cpu, usart0Config, MHZ * 1e6)
const microseconds = () => cpu.cycles / MHZ

/** @param {object} message */
const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

let said = ''
usart.onByteTransmit = (byte) => {
  said += String.fromCharCode(byte)
  if (byte === 10) {
    tell({ tx: said })
    said = ''
  }
}

/** @type {number[]} */
const toHear = []
const hear = () => {
  const byte = toHear.shift()
  if (byte !== undefined) usart.writeByte(byte)
}
usart.onRxComplete = hear

let pulseFrom = -1
portB.addListener((value, old) => {
  if (value & 1 && !(old & 1)) pulseFrom = microseconds()
  if (old & 1 && !(value & 1)) tell({ pulse: microseconds() - pulseFrom })
})

function edge() {
  tell({ edge: microseconds() })
  portD.setPin(2, true)
  cpu.addClockEvent(() => portD.setPin(2, false), 20 * MHZ)
}

let train = 0
/** @param {{ count: number, everyMs: number }} wanted */
function edges({ count, everyMs }) {
  const own = ++train
  let left = count
  const next = () => {
    if (own !== train || left-- <= 0) return
    edge()
    cpu.addClockEvent(next, Math.round(everyMs * 1000 * MHZ))
  }
  cpu.addClockEvent(next, 1)
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line)
  if (message.rx !== undefined) {
    const idle = toHear.length === 0 && !usart.rxBusy
    toHear.push(...Buffer.from(message.rx, 'latin1'))
    if (idle) hear()
  }
  if (message.edges !== undefined) edges(message.edges)
  if (message.burst !== undefined)
    for (let i = 0; i < message.burst; i++) cpu.addClockEvent(edge, 1 + i * 50 * MHZ)
})
process.stdin.on('end', () => process.exit(0))

let startedMs = performance.now()
let asleep = false
function run() {
  let target = (performance.now() - startedMs) * 1000 * MHZ
  if (target - cpu.cycles > CATCH_UP_MS * 1000 * MHZ) {
    startedMs += (target - cpu.cycles) / (1000 * MHZ) - CATCH_UP_MS
    target = cpu.cycles + CATCH_UP_MS * 1000 * MHZ
  }
  while (cpu.cycles < target) {
    if (asleep) {
      // Nothing happens until the next event: the time until then need not be emulated.
      const event = /** @type {{ cycles: number } | null} */ (Reflect.get(cpu, 'nextClockEvent'))
      cpu.cycles = Math.max(cpu.cycles, Math.min(target, event?.cycles ?? target))
      const { pc } = cpu
      cpu.tick()
      asleep = cpu.pc === pc // an interrupt wakes it
      continue
    }
    asleep = cpu.progMem[cpu.pc] === SLEEP
    avrInstruction(cpu)
    const { pc } = cpu
    cpu.tick()
    if (cpu.pc !== pc) asleep = false
  }
  setTimeout(run, 1)
}
run()
tell({ ready: true })
