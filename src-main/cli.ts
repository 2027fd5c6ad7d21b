/** The command line: the same services without a window, in one plain Node process. */
import { Failed, toFailure, fromFailure } from '../src-preload/contract/failure'
import { acquire } from './cli-acquire'
import { compare } from './cli-compare'
import { convert, exportTo } from './cli-copy'
import { repair } from './cli-repair'
import { pathArguments, sentenceOf, USAGE, UsageError } from './cli-arguments'
import { checkDataset } from './datasets/check'
import { datasetInfo, type DatasetSummary } from './datasets/info'
import { recover } from './formats/recover'

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

async function info(args: readonly string[]): Promise<number> {
  const { path, json, checksum } = pathArguments(args, true)
  const summary = await datasetInfo(path, { checksum })
  print(json ? JSON.stringify(summary) : inWords(summary))
  return 0
}

function inWords({ frames, images }: DatasetSummary): string {
  const lines = images.map(({ name, axes, shape, dtype, readable, reason }) =>
    readable
      ? `${name || 'image'}: ${axes} ${shape.join(' × ')} ${dtype}`
      : `${name || 'image'}: ${reason ?? 'not readable'}`
  )
  return [`${frames} frames`, ...lines].join('\n')
}

async function check(args: readonly string[]): Promise<number> {
  const { path, json } = pathArguments(args, false)
  const report = await checkDataset(path)
  const { findings, fiji, repairs } = report
  const wrong = findings.filter(({ level }) => level === 'error')
  if (json) print(JSON.stringify({ ok: wrong.length === 0, ...report }))
  else {
    for (const { level, text } of findings) print(`${level}: ${text}`)
    if (wrong.length === 0) print(`${path}: nothing wrong was found`)
    print(`Fiji: ${fiji.text}`)
    if (repairs.length > 0) print(`benchframe repair can mend: ${repairs.map(({ kind }) => kind).join(', ')}`)
  }
  const [first] = wrong
  if (first !== undefined) process.stderr.write(`${path}: ${first.text}\n`)
  return wrong.length === 0 ? 0 : 1
}

async function recoverDataset(args: readonly string[]): Promise<number> {
  const { path, json } = pathArguments(args, false)
  const report = await recover(path)
  // Nothing to do is good news for a dataset, and no news for something else.
  if (report.action === 'nothing to do') await datasetInfo(path, { checksum: false })
  print(
    json
      ? JSON.stringify(report)
      : `${report.action}: ${report.frames} frames, ${report.lost} lost; ${report.paths.join(', ')}`
  )
  if (!json) for (const note of report.notes ?? []) print(`note: ${note}`)
  return 0
}

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  acquire,
  info,
  check,
  recover: recoverDataset,
  repair,
  convert,
  compare,
  export: exportTo
}

async function main([name = '--help', ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help' || args.includes('--help')) {
    print(USAGE)
    return 0
  }
  const command = Object.prototype.hasOwnProperty.call(COMMANDS, name) ? COMMANDS[name] : undefined
  try {
    if (command === undefined) throw new UsageError(`There is no command ${name}. Try benchframe --help.`)
    return await command(args)
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`)
      return 2
    }
    const failed = error instanceof Failed ? error : fromFailure(toFailure(error))
    process.stderr.write(`${sentenceOf(failed)}\n`)
    if (failed.code === 'internal' && failed.detail !== undefined) process.stderr.write(`${failed.detail}\n`)
    return 1
  }
}

process.exitCode = 1 // a command that never comes to its end has not succeeded
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
