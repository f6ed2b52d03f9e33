import { route, type Route } from '../../shared/edge/route.ts'
import * as files from '../../shared/files/index.ts'

export const routes: readonly Route<files.FilePorts>[] = [
  route<files.FilePorts, undefined, undefined, typeof files.FileInput>({ method: 'POST', path: '/v1/files', summary: 'Announce a file and get an address to upload it to.', body: files.FileInput, returns: files.UploadView, status: 201, run: files.createFile }),
  route<files.FilePorts, typeof files.FileParam>({ method: 'GET', path: '/v1/files/{id}', summary: 'Go to where a file can be fetched for 60 seconds.', params: files.FileParam, status: 302, run: files.downloadFile }),
]
