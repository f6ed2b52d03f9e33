import * as z from 'zod'
import { route, type Route } from '../../shared/edge/route.ts'
import * as items from '../../shared/items/index.ts'
import { listTimeline, TimelinePage, TimelineQuery } from '../../shared/timeline/index.ts'

const { ItemPage, ItemParam, ItemView, ListQuery, TypeParam } = items
// Which fields an item has is a matter of its type, which the use case knows.
const AnyFields = z.record(z.string(), z.unknown())

export const routes: readonly Route[] = [
  route({ method: 'GET', path: '/v1/items/{type}', summary: 'The items of a type that you may read, newest first.', params: TypeParam, query: ListQuery, returns: ItemPage, run: items.listItems }),
  route({ method: 'POST', path: '/v1/items/{type}', summary: 'Make an item.', params: TypeParam, body: AnyFields, returns: ItemView, status: 201, run: items.createItem }),
  route({ method: 'GET', path: '/v1/items/{type}/{id}', summary: 'One item.', params: ItemParam, returns: ItemView, run: items.readItem }),
  route({ method: 'PATCH', path: '/v1/items/{type}/{id}', summary: 'Change fields of an item.', params: ItemParam, body: AnyFields, returns: ItemView, run: items.updateItem }),
  route({ method: 'DELETE', path: '/v1/items/{type}/{id}', summary: 'Move an item to the recycle bin.', params: ItemParam, status: 204, run: items.deleteItem }),
  route({ method: 'POST', path: '/v1/items/{type}/{id}/observers', summary: 'Let people see an item.', params: ItemParam, body: items.ObserverIds, returns: ItemView, run: items.addObservers }),
  route({ method: 'DELETE', path: '/v1/items/{type}/{id}/observers/{userId}', summary: 'End somebody’s observing.', params: ItemParam.extend({ userId: z.string().min(1).max(64) }), status: 204, run: items.removeObserver }),
  route({ method: 'GET', path: '/v1/access/explain', summary: 'Why somebody may or may not do something with an item.', query: items.ExplainQuery, returns: z.looseObject({ allowed: z.boolean() }), run: items.explainAccess }),
  route({ method: 'POST', path: '/v1/access/simulate', summary: 'What somebody would gain and lose by a change of roles or structure.', body: items.Simulation, returns: z.looseObject({ complete: z.boolean() }), run: items.simulateAccess }),
  route({ method: 'GET', path: '/v1/items/{type}/{id}/timeline', summary: 'What happened with an item, newest first.', params: ItemParam, query: TimelineQuery, returns: TimelinePage, run: listTimeline }),
]
