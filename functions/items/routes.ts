import * as z from 'zod'
import { route, type Route } from '../../shared/edge/route.ts'
import * as items from '../../shared/items/index.ts'
import { ItemPage, ItemParam, ItemView, ListQuery, TypeParam } from '../../shared/items/index.ts'
import { addComment, CommentInput, EntryView, listTimeline, TimelinePage, TimelineQuery } from '../../shared/timeline/index.ts'

// Which fields an item has is a matter of its type, which the use case knows.
const AnyFields = z.record(z.string(), z.unknown())

export const routes = [
  route({ method: 'GET', path: '/v1/items/{type}', summary: 'The items of a type that you may read, newest first.', params: TypeParam, query: ListQuery, returns: ItemPage, run: items.listItems }),
  route({ method: 'POST', path: '/v1/items/{type}', summary: 'Make an item.', params: TypeParam, body: AnyFields, returns: ItemView, status: 201, run: items.createItem }),
  route({ method: 'GET', path: '/v1/items/{type}/{id}', summary: 'One item.', params: ItemParam, returns: ItemView, run: items.readItem }),
  route({ method: 'PATCH', path: '/v1/items/{type}/{id}', summary: 'Change fields of an item.', params: ItemParam, body: AnyFields, returns: ItemView, takesIfMatch: true, run: items.updateItem }),
  route({ method: 'DELETE', path: '/v1/items/{type}/{id}', summary: 'Move an item to the recycle bin.', params: ItemParam, status: 204, takesIfMatch: true, run: items.deleteItem }),
  route({ method: 'POST', path: '/v1/items/{type}/observers', summary: 'Let people see many items of a type, by number or by the filter of a list.', params: TypeParam, body: items.ObserversOfMany, returns: items.ResultsOfMany, manyTransactions: true, run: items.addObserversToMany }),
  route({ method: 'POST', path: '/v1/items/{type}/{id}/observers', summary: 'Let people see an item.', params: ItemParam, body: items.ObserverIds, returns: ItemView, takesIfMatch: true, run: items.addObservers }),
  route({ method: 'DELETE', path: '/v1/items/{type}/{id}/observers/{userId}', summary: 'End somebody’s observing.', params: ItemParam.extend({ userId: z.string().min(1).max(64) }), status: 204, takesIfMatch: true, run: items.removeObserver }),
  route({ method: 'GET', path: '/v1/access/explain', summary: 'Why somebody may or may not do something with an item.', query: items.ExplainQuery, returns: z.looseObject({ allowed: z.boolean() }), run: items.explainAccess }),
  route({ method: 'POST', path: '/v1/access/simulate', summary: 'What somebody would gain and lose by a change of roles or structure.', body: items.Simulation, returns: z.looseObject({ complete: z.boolean() }), run: items.simulateAccess }),
  route({ method: 'GET', path: '/v1/items/{type}/{id}/timeline', summary: 'What happened with an item, newest first.', params: ItemParam, query: TimelineQuery, returns: TimelinePage, run: listTimeline }),
  route({ method: 'POST', path: '/v1/items/{type}/{id}/comments', summary: 'Comment on an item.', params: ItemParam, body: CommentInput, returns: EntryView, status: 201, run: addComment }),
  route({ method: 'GET', path: '/v1/items/{type}/{id}/links', summary: 'The items of one type that are linked with an item, newest first.', params: ItemParam, query: items.LinksQuery, returns: ItemPage, run: items.listLinks }),
  route({ method: 'POST', path: '/v1/items/lead/{id}/convert', summary: 'Make a contact, a company and a deal of a lead.', params: ItemParam.pick({ id: true }), body: items.Conversion, returns: items.ConversionView, takesIfMatch: true, run: items.convertLead }),
  route({ method: 'POST', path: '/v1/items/{type}/batch', summary: 'Up to 100 operations on items of a type, each with a result of its own.', params: TypeParam, body: items.Batch, returns: items.BatchView, manyTransactions: true, run: items.changeBatch }),
  route({ method: 'POST', path: '/v1/items/{type}/{id}/restore', summary: 'Take an item out of the recycle bin.', params: ItemParam, returns: ItemView, takesIfMatch: true, run: items.restoreItem }),
  route({ method: 'GET', path: '/v1/recycle-bin', summary: 'Deleted items that you may restore, newest first.', query: items.BinQuery, returns: ItemPage, run: items.listBin }),
] as const satisfies readonly Route<items.BatchPorts>[]
