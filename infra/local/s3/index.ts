import { join } from 'node:path'
import { errorAnswer, escapeXml } from '../aws-wire.ts'
import { AwsError } from '../contract.ts'
import type { AwsAnswer, AwsCall, Host, Resource, S3Door, Service } from '../contract.ts'
import { uploadedBody } from './body.ts'
import { corsHeaders, preflight } from './cors.ts'
import { listPage } from './list.ts'
import { notify } from './notifications.ts'
import { conditionOf, openObjects } from './objects.ts'
import type { NewObject, ObjectHead, WriteCondition } from './objects.ts'
import { checkPolicy, keyOfForm, readPostForm } from './post-form.ts'
import { readAnswer } from './reads.ts'
import { checkPresigned, isPresigned } from './signature.ts'
import { addressOf, noSuchKey, notOffered, objectArn, unescapeXml, xml } from './wire.ts'
import { describedBy, describedByForm } from './writes.ts'

const mostKeyBytes = 1_024
const mostDeletedAtOnce = 1_000

/**
 * S3, small objects in rows and large ones as files: put, get, head, delete, copy, list, presigned addresses and forms, CORS, notifications. Not offered:
 * uploads in parts and versions (a deleted object is gone).
 */
export function createS3(host: Host): Service & S3Door {
  const objects = openObjects(join(host.dataFolder, 's3'), host.store, host.now)
  const bucketOf = (name: string): Resource | undefined => host.resourceByName('AWS::S3::Bucket', name)

  async function handle(call: AwsCall): Promise<AwsAnswer> {
    const { bucketName, key } = addressOf(call.path)
    const bucket = bucketOf(bucketName)
    const cors = corsHeaders(bucket, call)
    try {
      if (bucketName !== '' && bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404)
      if (bucket === undefined) throw notOffered(call)
      if (call.method === 'OPTIONS') return preflight(bucket, call)
      if (isPresigned(call)) checkPresigned(call, host.secretOf, host.now())
      const answer = key === '' ? await onBucket(call, bucket) : await onObject(call, bucket, key)
      return { ...answer, headers: { ...answer.headers, ...cors } }
    } catch (problem) {
      if (!(problem instanceof AwsError)) throw problem
      // A page has to be allowed to read the error as well.
      const answer = errorAnswer('s3', problem)
      return { ...answer, headers: { ...answer.headers, ...cors } }
    }
  }

  async function onBucket(call: AwsCall, bucket: Resource): Promise<AwsAnswer> {
    const { method, query } = call
    if (method === 'GET' && query.get('list-type') === '2') {
      host.authorise(call, 's3:ListBucket', bucket.arn)
      return xml(listPage(objects, bucket.name, query))
    }
    if (method === 'HEAD') {
      host.authorise(call, 's3:ListBucket', bucket.arn)
      return { status: 200, headers: { 'x-amz-bucket-region': host.region } }
    }
    if (method === 'POST' && query.has('delete')) return deleteSeveral(call, bucket)
    if (method === 'POST' && (call.headers['content-type'] ?? '').startsWith('multipart/form-data')) return postForm(call, bucket)
    throw notOffered(call)
  }

  async function onObject(call: AwsCall, bucket: Resource, key: string): Promise<AwsAnswer> {
    if (call.query.has('uploadId') || call.query.has('uploads')) throw notOffered(call)
    switch (call.method) {
      case 'GET':
      case 'HEAD':
        return readObject(call, bucket, key)
      case 'PUT':
        return call.headers['x-amz-copy-source'] === undefined ? putObject(call, bucket, key) : copyObject(call, bucket, key)
      case 'DELETE':
        host.authorise(call, 's3:DeleteObject', objectArn(bucket, key))
        await remove(bucket, key)
        return { status: 204 }
      default:
        throw notOffered(call)
    }
  }

  async function readObject(call: AwsCall, bucket: Resource, key: string): Promise<AwsAnswer> {
    host.authorise(call, 's3:GetObject', objectArn(bucket, key))
    const isHead = call.method === 'HEAD'
    const found = isHead ? asFound(objects.head(bucket.name, key)) : await objects.read(bucket.name, key)
    if (found === undefined) throw missing(call, bucket)
    return readAnswer(call, found.head, found.body)
  }

  /** Who may not list a bucket is not told that a key is missing either: on AWS a missing grant shows as 403 here. */
  function missing(call: AwsCall, bucket: Resource): AwsError {
    host.authorise(call, 's3:ListBucket', bucket.arn)
    return noSuchKey()
  }

  async function putObject(call: AwsCall, bucket: Resource, key: string): Promise<AwsAnswer> {
    host.authorise(call, 's3:PutObject', objectArn(bucket, key))
    const stored = await write(bucket, { key, body: uploadedBody(call), ...describedBy(call) }, 'ObjectCreated:Put', conditionOf(call.headers))
    return { status: 200, headers: { etag: `"${stored.etag}"` } }
  }

  async function copyObject(call: AwsCall, bucket: Resource, key: string): Promise<AwsAnswer> {
    const from = addressOf(`/${(call.headers['x-amz-copy-source'] ?? '').replace(/^\//, '').replace(/\?versionId=.*$/, '')}`)
    const source = bucketOf(from.bucketName)
    if (source === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404)
    host.authorise(call, 's3:GetObject', objectArn(source, from.key))
    host.authorise(call, 's3:PutObject', objectArn(bucket, key))
    const found = await objects.read(source.name, from.key)
    if (found === undefined) throw missing(call, source)
    const description = call.headers['x-amz-metadata-directive'] === 'REPLACE' ? describedBy(call) : { headers: found.head.headers, metadata: found.head.metadata }
    const stored = await write(bucket, { key, body: found.body, ...description }, 'ObjectCreated:Copy', conditionOf(call.headers))
    return xml(`<CopyObjectResult><ETag>&quot;${stored.etag}&quot;</ETag><LastModified>${stored.modified.toISOString()}</LastModified></CopyObjectResult>`)
  }

  async function deleteSeveral(call: AwsCall, bucket: Resource): Promise<AwsAnswer> {
    const request = uploadedBody(call).toString()
    const keys = [...request.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => unescapeXml(key))
    if (keys.length === 0 || keys.length > mostDeletedAtOnce) throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema')
    const isQuiet = /<Quiet>true<\/Quiet>/.test(request)
    let result = ''
    for (const key of keys) {
      try {
        host.authorise(call, 's3:DeleteObject', objectArn(bucket, key))
        await remove(bucket, key)
        if (!isQuiet) result += `<Deleted><Key>${escapeXml(key)}</Key></Deleted>`
      } catch (problem) {
        if (!(problem instanceof AwsError)) throw problem
        result += `<Error><Key>${escapeXml(key)}</Key><Code>${problem.code}</Code><Message>${escapeXml(problem.message)}</Message></Error>`
      }
    }
    return xml(`<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${result}</DeleteResult>`)
  }

  async function postForm(call: AwsCall, bucket: Resource): Promise<AwsAnswer> {
    const form = readPostForm(call.headers['content-type'] ?? '', call.body)
    const key = keyOfForm(form)
    const accessKeyId = checkPolicy(form, bucket.name, host.secretOf, host.now())
    const caller = host.callerOf(accessKeyId) ?? { kind: 'anonymous' as const }
    host.authorise({ ...call, caller }, 's3:PutObject', objectArn(bucket, key))
    const stored = await write(bucket, { key, body: form.file, ...describedByForm(form.fields) }, 'ObjectCreated:Post')
    const location = `${host.origin}/${bucket.name}/${encodeURIComponent(key).replaceAll('%2F', '/')}`
    const headers = { etag: `"${stored.etag}"`, location }
    const redirect = form.fields.get('success_action_redirect')
    if (redirect !== undefined && URL.canParse(redirect)) {
      const target = new URL(redirect)
      for (const [name, value] of [['bucket', bucket.name], ['key', key], ['etag', headers.etag]] as const) target.searchParams.set(name, value)
      return { status: 303, headers: { ...headers, location: target.href } }
    }
    const status = form.fields.get('success_action_status')
    if (status !== '201') return { status: status === '200' ? 200 : 204, headers }
    const body = `<PostResponse><Location>${escapeXml(location)}</Location><Bucket>${bucket.name}</Bucket><Key>${escapeXml(key)}</Key><ETag>&quot;${stored.etag}&quot;</ETag></PostResponse>`
    return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body }
  }

  function write(bucket: Resource, object: Omit<NewObject, 'bucket'>, event: string, condition: WriteCondition = () => undefined): Promise<ObjectHead> {
    if (Buffer.byteLength(object.key) > mostKeyBytes) throw new AwsError('KeyTooLongError', 'Your key is too long')
    return objects.write({ ...object, bucket: bucket.name }, condition, (head) => notify(host, bucket, { name: event, head, at: host.now() }))
  }

  function remove(bucket: Resource, key: string): Promise<void> {
    return objects.remove(bucket.name, key, (head) => notify(host, bucket, { name: 'ObjectRemoved:Delete', head, at: host.now() }))
  }

  return {
    name: 's3',
    start: () => objects.clean(),
    stop: async () => undefined,
    handle,
    async put(bucketName, key, body, { contentType, metadata = {} } = {}) {
      const bucket = bucketOf(bucketName)
      if (bucket === undefined) throw new Error(`There is no bucket ${bucketName}`)
      await write(bucket, { key, body, headers: contentType === undefined ? {} : { 'content-type': contentType }, metadata }, 'ObjectCreated:Put')
    },
    get: async (bucketName, key) => (await objects.read(bucketName, key))?.body,
  }
}

function asFound(head: ObjectHead | undefined): { head: ObjectHead; body?: undefined } | undefined {
  return head === undefined ? undefined : { head }
}
