// Runs scenarios: all writers of each in shuffled turns, several rounds, and makes one row of the medians of each.
import { takeSample } from './samples.mjs'

const median = (values) => {
  const sorted = values.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b)
  if (sorted.length === 0) return null
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const shuffled = (list) =>
  list
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)

/** Every writer of the scenario with its sample. */
function contestants(scenario, { quick, peers }) {
  const at = quick ? 1 : 0
  const frames = scenario.frames[at]
  const kept = quick ? (scenario.quickPeers ?? scenario.peers.length) : scenario.peers.length
  const list = [{ name: 'ours', sample: { ...scenario.ours, writer: 'ours', frames } }]
  for (const { name, writer, sample } of scenario.peers.slice(0, kept)) {
    if (writer !== 'ours' && !peers) continue
    const fewer = sample.frames?.[at]
    list.push({
      name,
      divideBy: sample.divideBy ?? 1,
      // The time of fewer frames stands for that many times more: kind to whoever takes longer for each.
      multiply: sample.timesLess === true ? frames / fewer : 1,
      sample: {
        ...scenario.ours,
        preview: undefined,
        poolMB: undefined,
        ...sample,
        writer,
        frames: fewer ?? frames
      }
    })
  }
  if (scenario.disk === true) {
    const { width, height } = scenario.ours
    const bytes = scenario.ours.format === 'both' ? 2 : 1
    list.push({
      name: 'disk',
      sample: { width, height, writer: 'raw', frames: frames * bytes },
      divideBy: bytes
    })
  }
  return list
}

function value(unit, contestant, outcome) {
  if (unit === 's') return outcome.seconds * (contestant.multiply ?? 1)
  return outcome.fps / (contestant.divideBy ?? 1)
}

/** The scenarios one after the other, round after round while `again(round)` says so, so that the samples of each lie minutes apart; a row of medians each. */
export function measureAll(scenarios, options, again) {
  const trials = scenarios.map((scenario) => {
    const list = contestants(scenario, options)
    return { scenario, list, results: new Map(list.map(({ name }) => [name, []])), failures: {} }
  })
  for (let round = 0; round === 0 || again(round); round++)
    for (const trial of trials) takeTurns(trial, options)
  return trials.map(rowOf)
}

/** A sample of every writer. */
function takeTurns({ scenario, list, results, failures }, options) {
  for (const contestant of shuffled(list)) {
    if (failures[contestant.name] !== undefined) continue
    const outcome = takeSample(options, contestant.sample)
    options.say(`${scenario.name}: ${contestant.name}${outcome.failed ? ` failed: ${outcome.failed}` : ''}`)
    if (outcome.failed === undefined) results.get(contestant.name).push({ contestant, outcome })
    else failures[contestant.name] = outcome.failed
  }
}

function rowOf({ scenario, list, results, failures }) {
  const of = (name, pick) => median((results.get(name) ?? []).map(pick))
  const main = (name) => of(name, ({ contestant, outcome }) => value(scenario.unit, contestant, outcome))
  const names = list.map(({ name }) => name).filter((name) => name !== 'ours' && name !== 'disk')
  return row(scenario, {
    main,
    names,
    failures,
    appendP99Ms: of('ours', ({ outcome }) => outcome.appendP99Ms),
    cpuSeconds: of('ours', ({ outcome }) => outcome.cpuSeconds),
    peakMB: of('ours', ({ outcome }) => outcome.peakMB),
    peerCpuSeconds: Object.fromEntries(
      names.map((name) => [name, of(name, ({ outcome }) => outcome.cpuSeconds)])
    ),
    peerPeakMB: Object.fromEntries(names.map((name) => [name, of(name, ({ outcome }) => outcome.peakMB)]))
  })
}

function row(scenario, { main, names, failures, ...more }) {
  const ours = main('ours')
  const disk = scenario.disk === true ? main('disk') : null
  const peers = Object.fromEntries(names.map((name) => [name, main(name)]))
  const found = Object.values(peers).filter((peer) => peer !== null)
  const faster = scenario.unit === 's' ? Math.min : Math.max
  const slower = scenario.unit === 's' ? Math.max : Math.min
  const best = found.length === 0 ? null : (scenario.best === 'least' ? slower : faster)(...found)
  // Ratios are better when larger, also where less time is better.
  const ratio = (a, b) => (a === null || b === null ? null : scenario.unit === 's' ? b / a : a / b)
  return {
    name: scenario.name,
    ours,
    unit: scenario.unit,
    peers,
    disk,
    ratioToBestPeer: ratio(ours, best),
    ratioToDisk: disk === null ? null : ratio(ours, disk),
    megabytesPerSecond:
      ours === null || scenario.unit === 's'
        ? null
        : (ours * scenario.ours.width * scenario.ours.height * 2) / 1e6,
    ...more,
    failures,
    goals: scenario.goals
  }
}
