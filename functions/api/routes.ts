import * as z from 'zod'
import { describeApi, showDocs, type ApiPorts } from '../../shared/api/index.ts'
import { route, type Route } from '../../shared/edge/route.ts'

const Document = z.looseObject({ openapi: z.string(), paths: z.looseObject({}), components: z.looseObject({}) })

export const routes = [
  route({ method: 'GET', path: '/v1/openapi.json', summary: 'This description. With a token it holds the types and fields of your company too.', public: true, welcomesToken: true, returns: Document, run: describeApi }),
  route({ method: 'GET', path: '/v1/docs', summary: 'This description as a page for people.', public: true, welcomesToken: true, produces: 'text/html', run: showDocs }),
] as const satisfies readonly Route<ApiPorts>[]
