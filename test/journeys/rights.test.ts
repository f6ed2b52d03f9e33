import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { companies, ROOT } from '../prove/access/generate.ts'
import { mayModel, type ModelBinding, type ModelCompany, type ModelItem, type ModelOperation } from '../prove/access/model.ts'
import { ADMIN, signedIn, tokenOf, clientWith, type Client } from './client.ts'

const TRIPLES = 2000
const AT_ONCE = 8
const OPERATIONS: readonly ModelOperation[] = ['read', 'read', 'update', 'update', 'delete', 'export', 'import']

/** A company of the model, made over HTTP, and its people signed in. */
interface Made {
  readonly model: ModelCompany
  readonly userIds: ReadonlyMap<string, string>
  readonly numbers: ReadonlyMap<ModelItem, number>
  readonly clients: ReadonlyMap<string, Client>
}

async function create(admin: Client, path: string, values: object): Promise<string> {
  const { status, body, text } = await admin('POST', path, values)
  if (status !== 201) throw new Error(`${path}: ${text}`)
  return String(body['id'])
}

async function make(admin: Client, model: ModelCompany, seed: number): Promise<Made> {
  const email = (id: string): string => `${id}-${seed}@model.example`
  const departmentIds = new Map<string, string>()
  for (const { id, parentId } of model.departments) departmentIds.set(id, await create(admin, '/v1/departments', { name: id, parentId: parentId === null ? null : departmentIds.get(parentId) }))
  const userIds = new Map<string, string>()
  for (const { id, departmentIds: belongs } of model.users) userIds.set(id, await create(admin, '/v1/users', { name: id, emails: [email(id)], departmentIds: belongs.map((one) => departmentIds.get(one)) }))
  for (const { id, headId } of model.departments) if (headId !== null) await admin('PATCH', `/v1/departments/${departmentIds.get(id)}`, { headId: userIds.get(headId) })
  const groupIds = new Map<string, string>()
  for (const { id, kind, memberIds } of model.groups) groupIds.set(id, await create(admin, '/v1/groups', { name: id, kind, memberIds: memberIds.map((one) => userIds.get(one)) }))
  const boundTo = (binding: ModelBinding): object => ({ ...binding, id: { user: userIds, group: groupIds, department: departmentIds }[binding.kind].get(binding.id) })
  for (const { id, flags, types, bindings } of model.roles) {
    const roleId = await create(admin, '/v1/roles', { name: id, flags, types })
    expect((await admin('PUT', `/v1/roles/${roleId}/bindings`, { bindings: bindings.map(boundTo) })).status).toBe(200)
  }
  const numbers = new Map<ModelItem, number>()
  for (const item of model.items) {
    const values = { responsibleId: userIds.get(item.responsibleId), observerIds: item.observerIds.map((one) => userIds.get(one)), opened: item.opened, ...(item.stageId === null ? {} : { stageId: item.stageId }) }
    numbers.set(item, Number(await create(admin, `/v1/items/${item.type}`, values)))
  }
  const clients = new Map<string, Client>()
  for (const { id, active } of model.users) {
    const client = clientWith(await tokenOf(email(id)))
    await client('GET', '/v1/me')
    if (active) clients.set(id, client)
    else await admin('DELETE', `/v1/users/${userIds.get(id)}`)
  }
  return { model, userIds, numbers, clients }
}

/** What the product answers, in the model's words. */
async function answered(admin: Client, made: Made, userId: string, operation: ModelOperation, item: ModelItem): Promise<string> {
  const path = `/v1/items/${item.type}/${made.numbers.get(item)}`
  const client = made.clients.get(userId)
  if (client && (operation === 'read' || operation === 'update')) return String((await client(operation === 'read' ? 'GET' : 'PATCH', path, operation === 'read' ? undefined : {})).status)
  const { body } = await admin('GET', `/v1/access/explain?userId=${made.userIds.get(userId)}&type=${item.type}&id=${made.numbers.get(item)}&operation=${operation}`)
  return String(body['allowed'])
}

function expected({ model, clients }: Made, userId: string, operation: ModelOperation, item: ModelItem): string {
  const allowed = mayModel(model, userId, operation, item)
  if (!clients.has(userId) || (operation !== 'read' && operation !== 'update')) return String(allowed)
  return allowed ? '200' : mayModel(model, userId, 'read', item) ? '403' : '404'
}

it('ACC-1..9: two thousand random questions over HTTP are answered as the rules say', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  console.log(`rights over HTTP: seed ${seed}`)
  const admin = await signedIn(ADMIN)
  const [model] = fc.sample(companies({ users: 12, departments: 6, items: 40, types: 'even' }).filter((one) => one.users.length > 6 && one.roles.length > 3 && one.items.length > 15), { numRuns: 1, seed })
  if (!model) throw new Error('No company')
  const made = await make(admin, { ...model, observersNeedRole: false }, seed)
  const random = fc.sample(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(...OPERATIONS)), { numRuns: TRIPLES, seed })
  const people = made.model.users.filter(({ id }) => id !== ROOT)
  const wrong: string[] = []
  const worker = async (): Promise<void> => {
    for (let next = random.pop(); next; next = random.pop()) {
      const user = people[next[0] % people.length]
      const item = made.model.items[next[1] % made.model.items.length]
      if (!user || !item) continue
      const got = await answered(admin, made, user.id, next[2], item)
      const right = expected(made, user.id, next[2], item)
      if (got !== right) wrong.push(`${user.id} ${next[2]} ${JSON.stringify(item)}: ${got}, not ${right}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  expect(wrong).toEqual([])
})
