import * as z from 'zod'
import * as directory from '../../shared/directory/index.ts'
import { route, type Route } from '../../shared/edge/route.ts'
import { pageOf, PageQuery } from '../../shared/kernel/page.ts'
import * as settings from '../../shared/settings/index.ts'

const { DepartmentView, GroupView, IdParam, UserView } = directory

export const routes = [
  route({ method: 'GET', path: '/v1/me', summary: 'Who you are here: your entry in the directory and your roles.', returns: z.looseObject(UserView.shape), run: directory.readMe }),

  route({ method: 'GET', path: '/v1/settings', summary: 'General settings of the company.', returns: settings.GeneralSettings, run: settings.readSettings }),
  route({ method: 'PUT', path: '/v1/settings', summary: 'Replace the general settings; what is left out gets its default.', body: settings.GeneralSettings, returns: settings.GeneralSettings, run: settings.changeSettings }),

  route({ method: 'GET', path: '/v1/users', summary: 'People of the company, by name.', query: directory.UserQuery, returns: pageOf(UserView), run: directory.listUsers }),
  route({ method: 'POST', path: '/v1/users', summary: 'Add a person.', body: directory.UserInput, returns: UserView, status: 201, run: directory.createUser }),
  route({ method: 'GET', path: '/v1/users/{id}', summary: 'One person; after a move, with the progress of the background work.', params: IdParam, returns: directory.UserDetails, run: directory.readUser }),
  route({ method: 'PATCH', path: '/v1/users/{id}', summary: 'Change a person.', params: IdParam, body: directory.UserPatch, returns: UserView, run: directory.updateUser }),
  route({ method: 'DELETE', path: '/v1/users/{id}', summary: 'Deactivate a person; what they own stays.', params: IdParam, status: 204, run: directory.deactivateUser }),
  route({ method: 'DELETE', path: '/v1/users/{id}/sign-in', summary: 'Release the account that a person signs in with, such as one that was made anew at the issuer; their next sign-in with a verified address binds another.', params: IdParam, status: 204, run: directory.releaseSignIn }),

  route({ method: 'GET', path: '/v1/departments', summary: 'Departments, by name.', query: PageQuery, returns: pageOf(DepartmentView), run: directory.listDepartments }),
  route({ method: 'POST', path: '/v1/departments', summary: 'Add a department.', body: directory.DepartmentInput, returns: DepartmentView, status: 201, run: directory.createDepartment }),
  route({ method: 'GET', path: '/v1/departments/{id}', summary: 'One department.', params: IdParam, returns: DepartmentView, run: directory.readDepartment }),
  route({ method: 'PATCH', path: '/v1/departments/{id}', summary: 'Rename or move a department, or change its head.', params: IdParam, body: directory.DepartmentPatch, returns: DepartmentView, run: directory.updateDepartment }),
  route({ method: 'DELETE', path: '/v1/departments/{id}', summary: 'Remove an empty department.', params: IdParam, status: 204, run: directory.deleteDepartment }),

  route({ method: 'GET', path: '/v1/groups', summary: 'User groups and project groups, by name.', query: directory.GroupQuery, returns: pageOf(GroupView), run: directory.listGroups }),
  route({ method: 'POST', path: '/v1/groups', summary: 'Make a group.', body: directory.GroupInput, returns: GroupView, status: 201, run: directory.createGroup }),
  route({ method: 'GET', path: '/v1/groups/{id}', summary: 'One group.', params: IdParam, returns: GroupView, run: directory.readGroup }),
  route({ method: 'PATCH', path: '/v1/groups/{id}', summary: 'Rename a group or change its members.', params: IdParam, body: directory.GroupPatch, returns: GroupView, run: directory.updateGroup }),
  route({ method: 'DELETE', path: '/v1/groups/{id}', summary: 'Remove a group.', params: IdParam, status: 204, run: directory.deleteGroup }),
] as const satisfies readonly Route[]
