import { expect, it } from 'vitest'
import { uploadedBody } from '../../../../infra/local/s3/body.ts'

const chunked = (text: string, length?: number) => ({
  headers: { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', ...(length !== undefined && { 'x-amz-decoded-content-length': String(length) }) },
  query: new URLSearchParams(),
  body: Buffer.from(text),
})

it('chunks are put together, with and without signatures', () => {
  expect(uploadedBody(chunked('5\r\nhello\r\n1;chunk-signature=ab\r\n!\r\n0\r\n\r\n', 6)).toString()).toBe('hello!')
  expect(uploadedBody(chunked('0\r\n\r\n')).toString()).toBe('')
})

it('line ends inside a chunk are bytes of it', () => {
  expect(uploadedBody(chunked('6\r\na\r\n0\r\n\r\n0\r\n\r\n')).toString()).toBe('a\r\n0\r\n')
})

it('the checksum in the trailer is checked', () => {
  expect(uploadedBody(chunked('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n')).toString()).toBe('hello')
  expect(() => uploadedBody(chunked('5\r\nhellO\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n'))).toThrow('did not match')
})

it('a checksum in a presigned address is checked too: one of an empty body fits no other', () => {
  const call = { headers: {}, query: new URLSearchParams({ 'x-amz-checksum-crc32': 'AAAAAA==' }), body: Buffer.from('hello') }
  expect(() => uploadedBody(call)).toThrow('did not match')
})

it.each(['5\r\nhel', '5\r\nhello!!0\r\n\r\n', 'zz\r\nhello\r\n0\r\n\r\n', 'hello', ''])('%j is an incomplete body', (text) => {
  expect(() => uploadedBody(chunked(text))).toThrow('number of bytes')
})

it('fewer bytes than announced are an incomplete body', () => {
  expect(() => uploadedBody(chunked('5\r\nhello\r\n0\r\n\r\n', 6))).toThrow('number of bytes')
})
