import type { AwsCall } from '../contract.ts'
import { invalid } from './publication.ts'
import type { Publication } from './publication.ts'

/** A call of the query protocol as a flat form. */
export function formOf(call: AwsCall): URLSearchParams {
  return new URLSearchParams(call.method === 'GET' ? call.query : call.body.toString())
}

/** @param prefix empty, or that of one entry of a batch with its dot */
export function publicationOf(form: URLSearchParams, prefix = ''): Publication {
  const structure = form.get(`${prefix}MessageStructure`)
  if (structure !== null && structure !== 'json') throw invalid('MessageStructure')
  return {
    message: form.get(`${prefix}Message`) ?? '',
    subject: form.get(`${prefix}Subject`) ?? undefined,
    attributes: Object.fromEntries(numbered(form, `${prefix}MessageAttributes.entry`, 'Name').map((entry) => {
      const value = (kind: string): string | null => form.get(`${entry}.Value.${kind}`)
      const stringValue = value('StringValue')
      const binaryValue = value('BinaryValue')
      return [form.get(`${entry}.Name`) ?? '', {
        dataType: value('DataType') ?? '',
        ...(stringValue === null ? {} : { stringValue }),
        ...(binaryValue === null ? {} : { binaryValue }),
      }]
    })),
    isPerProtocol: structure === 'json',
  }
}

/** The prefixes of a list's members, `List.1`, `List.2`, ..., as far as each has the named field. */
export function numbered(form: URLSearchParams, list: string, field: string): string[] {
  const prefixes: string[] = []
  for (let n = 1; form.has(`${list}.${n}.${field}`); n += 1) prefixes.push(`${list}.${n}`)
  return prefixes
}
