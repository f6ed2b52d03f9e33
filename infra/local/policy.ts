/** A policy document as templates hold it: single values may stand where lists are meant. */
export interface PolicyDocument {
  readonly Statement: Statement | readonly Statement[]
}

export interface Statement {
  readonly Effect: string
  readonly Principal?: unknown
  readonly NotPrincipal?: unknown
  readonly Action?: OneOrMany
  readonly NotAction?: OneOrMany
  readonly Resource?: OneOrMany
  readonly NotResource?: OneOrMany
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>
}

type OneOrMany = string | boolean | number | readonly (string | boolean | number)[]

/** What is asked of a set of policies. */
export interface Question {
  readonly action: string
  readonly resource: string
  /** Condition keys and their values, such as `aws:SourceArn`; names without regard to letter case. */
  readonly context: Readonly<Record<string, readonly string[]>>
  /** Only for resource policies: who asks, such as `sns.amazonaws.com`. */
  readonly principal?: string
}

/** An explicit `deny` wins over any `allow`; `none` means that no statement speaks of it, which refuses too. */
export type Verdict = 'allow' | 'deny' | 'none'

/** Decides as IAM does: actions without regard to letter case, `*` and `?` in actions and resources, conditions all of which must hold. */
export function judge(documents: readonly PolicyDocument[], question: Question): Verdict {
  let verdict: Verdict = 'none'
  for (const statement of documents.flatMap(({ Statement }) => many(Statement))) {
    if (!speaksOf(statement, question)) continue
    if (statement.Effect === 'Deny') return 'deny'
    verdict = 'allow'
  }
  return verdict
}

/** What these documents say of an action, and nothing else: `judge` gives the same verdict on it. */
export function statementsOn(documents: readonly PolicyDocument[], action: string): readonly PolicyDocument[] {
  return documents.flatMap(({ Statement }) => many(Statement)).filter((statement) => actionMatches(statement, action)).map((Statement) => ({ Statement }))
}

function speaksOf(statement: Statement, question: Question): boolean {
  return (
    principalMatches(statement, question.principal) &&
    actionMatches(statement, question.action) &&
    resourceMatches(statement, question.resource) &&
    Object.entries(statement.Condition ?? {}).every(([operator, tests]) =>
      Object.entries(tests).every(([key, wanted]) => conditionHolds(operator, contextValues(question, key), texts(wanted))),
    )
  )
}

function principalMatches({ Principal, NotPrincipal }: Statement, principal: string | undefined): boolean {
  if (NotPrincipal !== undefined) throw new Error('The local host does not know NotPrincipal in policies')
  if (principal === undefined || Principal === undefined || Principal === '*') return true
  if (typeof Principal !== 'object' || Principal === null) return Principal === principal
  return Object.values(Principal).some((names) => texts(names as OneOrMany).some((name) => name === '*' || name === principal))
}

function actionMatches({ Action, NotAction }: Statement, action: string): boolean {
  const isAmong = (patterns: OneOrMany): boolean => texts(patterns).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()))
  return NotAction === undefined ? Action !== undefined && isAmong(Action) : !isAmong(NotAction)
}

function resourceMatches({ Resource, NotResource }: Statement, resource: string): boolean {
  const isAmong = (patterns: OneOrMany): boolean => texts(patterns).some((pattern) => like(pattern, resource))
  if (NotResource !== undefined) return !isAmong(NotResource)
  return Resource === undefined || isAmong(Resource)
}

function contextValues({ context }: Question, key: string): readonly string[] | undefined {
  const found = Object.keys(context).find((name) => name.toLowerCase() === key.toLowerCase())
  return found === undefined ? undefined : context[found]
}

type Test = (wanted: string, actual: string) => boolean

const tests: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  NumericEquals: (wanted, actual) => Number(actual) === Number(wanted),
  NumericLessThan: (wanted, actual) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (wanted, actual) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (wanted, actual) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (wanted, actual) => Number(actual) >= Number(wanted),
}

/** The negative operators hold where their positive twin does not, and where the key is absent. */
const negatives: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
}

function conditionHolds(operator: string, actual: readonly string[] | undefined, wanted: readonly string[]): boolean {
  const [, set, plain = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? []
  if (plain === 'Null') return wanted.every((value) => (value === 'true') === (actual === undefined))
  const positive = negatives[plain]
  const test = tests[positive ?? plain]
  if (test === undefined) throw new Error(`The local host does not know the condition operator ${operator}`)
  if (actual === undefined) return ifExists !== undefined || positive !== undefined || set === 'ForAllValues'
  const holds = (value: string): boolean => wanted.some((pattern) => test(pattern, value)) === (positive === undefined)
  return set === 'ForAllValues' ? actual.every(holds) : actual.some(holds)
}

/** IAM's wildcards: `*` for any run of characters, `?` for one. */
function like(pattern: string, value: string): boolean {
  if (pattern === '*' || pattern === value) return true
  let expression = expressions.get(pattern)
  if (expression === undefined) {
    const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')
    expression = new RegExp(`^${source}$`, 's')
    expressions.set(pattern, expression)
  }
  return expression.test(value)
}

/** Patterns come from the template alone, so there are not many. */
const expressions = new Map<string, RegExp>()

function many<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T]
}

function texts(value: OneOrMany): readonly string[] {
  return many<string | boolean | number>(value).map(String)
}
