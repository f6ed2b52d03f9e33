import * as z from 'zod'
import * as access from '../../shared/access/index.ts'
import { readPermissions } from '../../shared/types/index.ts'
import { route, type Route } from '../../shared/edge/route.ts'
import { PageQuery } from '../../shared/kernel/page.ts'

const { Bindings, CloneInput, Role, RoleInput, RolePage, RolePatch } = access
const IdParam = z.object({ id: z.string().min(1).max(64) })

export const routes = [
  route({ method: 'GET', path: '/v1/me/permissions', summary: 'What you may do, over all your roles.', returns: z.looseObject({ flags: z.looseObject({}), types: z.looseObject({}) }), run: readPermissions }),

  route({ method: 'GET', path: '/v1/roles', summary: 'Roles, by name.', query: PageQuery, returns: RolePage, run: access.listRoles }),
  route({ method: 'POST', path: '/v1/roles', summary: 'Make a role.', body: RoleInput, returns: Role, status: 201, run: access.createRole }),
  route({ method: 'GET', path: '/v1/roles/{id}', summary: 'One role with its matrix and bindings.', params: IdParam, returns: Role, run: access.readRole }),
  route({ method: 'PATCH', path: '/v1/roles/{id}', summary: 'Rename a role or change what it allows.', params: IdParam, body: RolePatch, returns: Role, run: access.updateRole }),
  route({ method: 'DELETE', path: '/v1/roles/{id}', summary: 'Take a role away from everybody.', params: IdParam, status: 204, run: access.deleteRole }),
  route({ method: 'PUT', path: '/v1/roles/{id}/bindings', summary: 'Say who has a role.', params: IdParam, body: Bindings, returns: Role, run: access.bindRole }),
  route({ method: 'POST', path: '/v1/roles/{id}/clone', summary: 'Copy a role.', params: IdParam, body: CloneInput, returns: Role, status: 201, run: access.cloneRole }),
] as const satisfies readonly Route<access.RolePorts>[]
