import { record, text } from '../properties.ts'
import { stepsOf, valueAt } from './json-path.ts'

/** An event as targets get it. */
export interface BusEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: string
  readonly account: string
  /** To the second, as on AWS. */
  readonly time: string
  readonly region: string
  readonly resources: readonly string[]
  readonly detail: unknown
}

/** What is known besides the event when a target's input is made. */
export interface InputSurroundings {
  readonly ruleArn: string
  readonly ruleName: string
  readonly receivedAt: Date
}

/** Makes what a target gets, as text: JSON, unless an input template makes plain text. */
export type Input = (event: BusEvent, surroundings: InputSurroundings) => string

const placeholder = /<([A-Za-z0-9_.-]+)>/g

/**
 * How a target wants its input: the event, a constant, a part of it, or a template filled from it.
 *
 * @throws Error if the description is wrong
 */
export function inputOf(properties: Readonly<Record<string, unknown>>): Input {
  const { Input: constant, InputPath: path, InputTransformer: transformer } = properties
  if ([constant, path, transformer].filter((one) => one !== undefined).length > 1) throw new Error('a target takes one of Input, InputPath and InputTransformer')
  if (constant !== undefined) {
    const json = text(constant) ?? ''
    JSON.parse(json)
    return () => json
  }
  if (path !== undefined) {
    const steps = stepsOf(text(path) ?? '')
    return (event) => JSON.stringify(valueAt(event, steps) ?? null)
  }
  return transformer === undefined ? (event) => JSON.stringify(event) : templateInput(record(transformer))
}

function templateInput(transformer: Readonly<Record<string, unknown>>): Input {
  const template = text(transformer['InputTemplate']) ?? ''
  const paths = new Map(Object.entries(record(transformer['InputPathsMap'])).map(([name, path]) => [name, stepsOf(text(path) ?? '')]))
  for (const [, name = ''] of template.matchAll(placeholder)) {
    if (!paths.has(name) && !name.startsWith('aws.events.')) throw new Error(`InputTemplate uses <${name}>, which InputPathsMap does not have`)
  }
  const isJson = /^\s*(["{[]|<[^>]+>\s*$)/.test(template)
  return (event, surroundings) => {
    const known = predefined(event, surroundings)
    const value = (name: string): unknown => (paths.has(name) ? valueAt(event, paths.get(name) ?? []) : known[name])
    return fill(template, isJson, value)
  }
}

function predefined(event: BusEvent, { ruleArn, ruleName, receivedAt }: InputSurroundings): Readonly<Record<string, unknown>> {
  const { detail: _detail, ...withoutDetail } = event
  return {
    'aws.events.rule-arn': ruleArn,
    'aws.events.rule-name': ruleName,
    'aws.events.event.ingestion-time': receivedAt.toISOString(),
    'aws.events.event': withoutDetail,
    'aws.events.event.json': event,
  }
}

/** In JSON a placeholder outside quotes becomes a value, inside quotes a part of the text. A path that finds nothing gives null as a value and nothing as text. */
function fill(template: string, isJson: boolean, value: (name: string) => unknown): string {
  let filled = ''
  let from = 0
  for (const match of template.matchAll(placeholder)) {
    filled += template.slice(from, match.index)
    const found = value(match[1] ?? '')
    if (isJson && !isInQuotes(template.slice(0, match.index))) filled += JSON.stringify(found ?? null)
    else filled += isJson ? JSON.stringify(asText(found)).slice(1, -1) : asText(found)
    from = match.index + match[0].length
  }
  return filled + template.slice(from)
}

function isInQuotes(before: string): boolean {
  return (before.replaceAll(/\\./g, '').match(/"/g) ?? []).length % 2 === 1
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
