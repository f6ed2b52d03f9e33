import type { Stack } from 'aws-cdk-lib'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import { Code } from 'aws-cdk-lib/aws-lambda'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
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
}

/** Makes the functions that belong to a stack, each with the rights of its row. */
export function createFunctions(stack: Stack, name: FunctionRow['stack'], surroundings: Surroundings): readonly ProductFunction[] {
  const code = Code.fromAsset(surroundings.codeFolder)
  return FUNCTIONS.filter((row) => row.stack === name).map((row) => {
    const made = new ProductFunction(stack, constructName(row.entry), { row, code, alarmTopic: surroundings.alarmTopic })
    giveWhatItNeeds(made, surroundings)
    return made
  })
}

function giveWhatItNeeds(made: ProductFunction, { table, mail, files, mailAddress, issuer, audience, firstAdminEmail, bus }: Surroundings): void {
  const { needs, entry } = made.row
  if (needs.table !== undefined) made.readsTable(table)
  if (needs.table === 'readWrite') made.writesTable(table)
  if (needs.mail !== undefined) made.usesMail(mail, needs.mail)
  if (needs.files === 'readWrite') made.usesFiles(files)
  if (needs.mailAddress === true && mailAddress !== undefined) made.knows('MAIL_ADDRESS', mailAddress)
  if (needs.signIn === true) {
    made.knows('OIDC_ISSUER', issuer)
    if (firstAdminEmail !== undefined) made.knows('FIRST_ADMIN_EMAIL', firstAdminEmail)
  }
  if (needs.tokenCheck === true) made.knows('TOKEN_AUDIENCE', audience)
  if (needs.bus === 'publish') {
    if (bus === undefined) throw new Error(`${entry} needs the bus, which its stack does not have`)
    made.publishesTo(bus)
  }
}

/** `mail/inbound` becomes `MailInbound`. */
function constructName(entry: string): string {
  return entry.replaceAll(/(?:^|[/-])([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
