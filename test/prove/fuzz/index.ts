import type { ApiDocument } from '../../../shared/api/index.ts'
import { describedApi, type DescribedOperation } from '../../support/described-api.ts'
import type { Part, Proof } from '../registry.ts'
import { faultOf, faultOfOddity } from './judge.ts'
import { randomFrom, type Random } from './random.ts'
import { badRequestsFor, oddRequestsFor, type BadRequest } from './requests.ts'
import { createSender, type Answered } from './send.ts'
import { openTableChanges, type TableChanges } from './table-changes.ts'
import { aWorld, type World } from './world.ts'

const FULL_SIZE = 1_000
const AT_ONCE = 16
/** What is odd is mostly taken, and then many would change the same things at the same time, which is another matter. */
const ODD_AT_ONCE = 4
/** Disagreements of one route that are printed. */
const MOST_SHOWN = 5

/** API-5: malformed requests to every route of the description are refused in the API's own words, and change nothing. */
export const proveFuzz: Proof = {
  about: 'malformed requests to every route of the API are refused and change nothing; --runs is their number for each route',
  async *prove({ runs = FULL_SIZE, seed }) {
    const world = await aWorld()
    try {
      yield* fuzz(world, runs, seed)
    } finally {
      await world.host.stop()
    }
  },
}

/** Bombards a running world, route by route: first with what must be refused, then with what is odd and may be taken. */
export async function* fuzz(world: World, runs: number, seed: number): AsyncGenerator<Part> {
  const { host } = world
  const api = describedApi((await host.request('GET', '/v1/openapi.json')).json<ApiDocument>())
  const sender = createSender(host.ready.api, AT_ONCE)
  const changes = openTableChanges(host.data)
  const random = randomFrom(seed)
  try {
    await untilQuiet(changes)
    for (const operation of api.operations) {
      const mark = changes.mark()
      const part = await bombard({ world, random, runs, atOnce: AT_ONCE, send: sender.send, make: badRequestsFor(api, operation, world.things), judge: (answer, bad) => faultOf(api, answer, bad) })
      const changed = changes.since(mark)
      yield named(nameOf(operation), changed.length === 0 ? part : { ...part, disagreements: [`${changed.length} rows were changed: ${changed.slice(0, MOST_SHOWN).join(', ')}`, ...part.disagreements] })
    }
    for (const operation of api.operations.filter(({ method }) => method !== 'DELETE')) {
      const odd = Math.ceil(runs / 5)
      yield named(`${nameOf(operation)}, odd`, await bombard({ world, random, runs: odd, atOnce: ODD_AT_ONCE, send: sender.send, make: oddRequestsFor(api, operation, world.things), judge: (answer, bad) => faultOfOddity(api, answer, bad, operation) }))
    }
    const bugs = bugsIn(host.log)
    yield { name: 'errors in the log of the functions', counts: { kinds: bugs.length }, disagreements: shown(bugs), seconds: 0 }
  } finally {
    changes.close()
    sender.close()
  }
}

/** What functions logged as bugs, each kind once, with the place it came from. */
function bugsIn(log: string): string[] {
  const found = [...log.matchAll(/"error":\{(?:[^{}]|\{[^{}]*\})*\}/g)].map(([text]) => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '..').slice(0, 1_500))
  return [...new Set(found)]
}

interface Bombardment {
  readonly world: World
  readonly random: Random
  readonly runs: number
  readonly atOnce: number
  make(random: Random): BadRequest
  send(bad: BadRequest, token: string): Promise<Answered>
  /** What is wrong with an answer. */
  judge(answer: Answered, bad: BadRequest): string | undefined
}

type Unnamed = Omit<Part, 'name'>

async function bombard({ world, random, runs, atOnce, make, send, judge }: Bombardment): Promise<Unnamed> {
  const began = performance.now()
  const statuses: Record<string, number> = {}
  const disagreements: string[] = []
  let left = runs
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const { who, token } = random.pick(world.tokens)
      const bad = make(random)
      const told = `${who}: ${bad.method} ${bad.target.slice(0, 200)} with wrong ${bad.what} ${JSON.stringify(bad.headers).slice(0, 200)} ${Buffer.from(bad.body ?? []).toString().slice(0, 600)}`
      const answer = await send(bad, token).catch((error: unknown) => error)
      if (!isAnswer(answer)) {
        disagreements.push(`${told} was not answered: ${String(answer)}`)
        continue
      }
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      const fault = judge(answer, bad)
      if (fault !== undefined) disagreements.push(`${told} ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { counts: { requests: runs, ...statuses }, disagreements, seconds: (performance.now() - began) / 1000 }
}

function nameOf({ method, path }: DescribedOperation): string {
  return `${method} ${path}`
}

function named(name: string, part: Unnamed): Part {
  return { ...part, name, disagreements: shown(part.disagreements) }
}

function isAnswer(answer: unknown): answer is Answered {
  return typeof answer === 'object' && answer !== null && 'status' in answer
}

function shown(disagreements: readonly string[]): string[] {
  return disagreements.length <= MOST_SHOWN ? [...disagreements] : [...disagreements.slice(0, MOST_SHOWN), `${disagreements.length - MOST_SHOWN} more`]
}

/** Waits until reactions to what made the world have ended. */
async function untilQuiet(changes: TableChanges): Promise<void> {
  for (let quiet = 0; quiet < 5; ) {
    const mark = changes.mark()
    await new Promise((resolve) => setTimeout(resolve, 200))
    quiet = changes.since(mark).length === 0 ? quiet + 1 : 0
  }
}
