import { credentialsOfFunction, type Credentials } from './signature.ts'

/** Where S3 is, and as whom it is called. */
export interface S3Access {
  readonly region: string
  readonly credentials: Credentials
  /** Another place than AWS's own. There a bucket is the first part of the path, on AWS it is a part of the host's name. */
  readonly endpoint?: string
}

/** What a Lambda function finds in its environment. */
export function accessOfFunction(): S3Access {
  const { AWS_REGION: region = '', AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env
  const endpoint = AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL
  return { region, credentials: credentialsOfFunction(), ...(endpoint ? { endpoint } : {}) }
}
