export { ApiProblem, type ProblemField } from './api-problem.ts'
export type { CallInput, CallName, CallOutput, IfMatch, ListItem, ListName, RouteTypes } from './calls.ts'
export { createClient, type CallOptions, type Client, type ClientSettings } from './create-client.ts'
export type { Patience } from './patience.ts'
