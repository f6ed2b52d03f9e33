import type { AwsCall } from './contract.ts'

/**
 * The operation that a call asks for (`PutItem`, `SendMessage`, `GetObject`), for faults, the meter and messages. The services
 * parse their calls themselves; an operation without a name here is called by its HTTP method.
 */
export function actionOf(call: Pick<AwsCall, 'service' | 'method' | 'path' | 'query' | 'headers' | 'body'>): string {
  const target = call.headers['x-amz-target']
  if (target !== undefined) return target.slice(target.lastIndexOf('.') + 1)
  switch (call.service) {
    case 's3':
      return s3Action(call)
    case 'scheduler':
      return call.path.startsWith('/schedules/') ? `${({ POST: 'Create', PUT: 'Update', GET: 'Get', DELETE: 'Delete' })[call.method] ?? call.method}Schedule` : call.method
    case 'execute-api':
      return ({ POST: 'PostToConnection', GET: 'GetConnection', DELETE: 'DeleteConnection' })[call.method] ?? call.method
    default:
      return call.query.get('Action') ?? formAction(call) ?? call.method
  }
}

/** `Action=SendEmail&...`: a query protocol's call is a form. */
function formAction(call: Pick<AwsCall, 'headers' | 'body'>): string | undefined {
  if (!(call.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) return undefined
  return /(?:^|&)Action=([A-Za-z]+)/.exec(call.body.toString('latin1'))?.[1]
}

function s3Action(call: Pick<AwsCall, 'method' | 'path' | 'query' | 'headers'>): string {
  const isBucket = !call.path.slice(1).replace(/\/$/, '').includes('/')
  switch (call.method) {
    case 'GET':
      if (isBucket) return call.query.has('list-type') ? 'ListObjectsV2' : 'ListObjects'
      return 'GetObject'
    case 'HEAD':
      return isBucket ? 'HeadBucket' : 'HeadObject'
    case 'PUT':
      if (call.query.has('partNumber')) return 'UploadPart'
      return call.headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject'
    case 'DELETE':
      return call.query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject'
    case 'POST':
      if (call.query.has('delete')) return 'DeleteObjects'
      if (call.query.has('uploads')) return 'CreateMultipartUpload'
      if (call.query.has('uploadId')) return 'CompleteMultipartUpload'
      return 'PostObject'
    default:
      return call.method
  }
}
