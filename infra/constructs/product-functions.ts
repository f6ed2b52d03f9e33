import type { Stack } from 'aws-cdk-lib'
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import { Code } from 'aws-cdk-lib/aws-lambda'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { FUNCTIONS, type FunctionRow } from '../functions.ts'
import { ProductFunction, type IndexedTable } from './product-function.ts'

/** What functions may be given access to; each gets only what its row asks for. */
export interface Surroundings {
  /** Folder that build.ts has filled. */
  readonly codeFolder: string
  readonly alarmTopic: ITopic
  readonly table: IndexedTable
  readonly mail: Bucket
  readonly files: Bucket
  readonly mailAddress: string | undefined
  readonly issuer: string
  readonly audience: string
  readonly firstAdminEmail: string | undefined
  readonly bus?: EventBus
  /** The way out for mail; not there without a mail domain. */
  readonly sending?: Sending
  /** Where the API answers. */
  readonly apiAddress?: string
  /** Where a web client shows an item, with `{type}` and `{id}` in it. */
  readonly itemLink?: string
  /** The connected clients of the WebSocket API. */
  readonly connections?: WebSocketStage
}

/** What sending takes: SES's identity and configuration set by name and ARN, and the queue of turns at mailings. */
export interface Sending {
  readonly configurationSetName: string
  readonly arns: readonly string[]
  readonly mailings: IQueue
}

/** Makes the functions that belong to a stack, each with the rights of its row. */
export function createFunctions(stack: Stack, name: FunctionRow['stack'], surroundings: Surroundings): readonly ProductFunction[] {
  const code = Code.fromAsset(surroundings.codeFolder)
  return FUNCTIONS.filter((row) => row.stack === name && (row.onlyWithMail !== true || surroundings.sending !== undefined)).map((row) => {
    const made = new ProductFunction(stack, constructName(row.entry), { row, code, alarmTopic: surroundings.alarmTopic })
    giveWhatItNeeds(made, surroundings)
    return made
  })
}

function giveWhatItNeeds(made: ProductFunction, { table, mail, files, mailAddress, issuer, audience, firstAdminEmail, bus, connections, sending, apiAddress, itemLink }: Surroundings): void {
  const { needs, entry } = made.row
  if (needs.table !== undefined) made.readsTable(table)
  if (needs.table === 'readWrite') made.writesTable(table)
  if (needs.mail !== undefined) made.usesMail(mail, needs.mail)
  if (needs.files !== undefined) made.usesFiles(files, needs.files)
  if (needs.mailAddress === true && mailAddress !== undefined) made.knows('MAIL_ADDRESS', mailAddress)
  if (needs.signIn === true) {
    made.knows('OIDC_ISSUER', issuer)
    if (firstAdminEmail !== undefined) made.knows('FIRST_ADMIN_EMAIL', firstAdminEmail)
  }
  if (needs.sendsMail === true && sending !== undefined) made.sendsMail(sending.configurationSetName, sending.arns)
  if (needs.wakesMailings === true && sending !== undefined) made.wakes('MAILINGS_QUEUE_URL', sending.mailings)
  if (needs.apiAddress === true) {
    if (apiAddress === undefined) throw new Error(`${entry} needs the address of the API, which its stack does not know`)
    made.knows('API_ADDRESS', apiAddress)
  }
  if (needs.itemLink === true && itemLink !== undefined) made.knows('ITEM_LINK', itemLink)
  if (needs.tokenCheck === true) made.knows('TOKEN_AUDIENCE', audience)
  if (needs.connections === true) {
    if (connections === undefined) throw new Error(`${entry} needs the connected clients, whom its stack does not know`)
    made.sendsTo(connections)
  }
  if (needs.bus === 'publish') {
    if (bus === undefined) throw new Error(`${entry} needs the bus, which its stack does not have`)
    made.publishesTo(bus)
  }
}

/** `mail/inbound` becomes `MailInbound`. */
function constructName(entry: string): string {
  return entry.replaceAll(/(?:^|[/-])([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
