import { route, type Route } from '../../shared/edge/route.ts'
import * as files from '../../shared/files/index.ts'

export const routes = [
  route({ method: 'POST', path: '/v1/files', summary: 'Announce a file and get an address to upload it to.', body: files.FileInput, returns: files.UploadView, status: 201, run: files.createFile }),
  route({ method: 'GET', path: '/v1/files/{id}', summary: 'Go to where a file can be fetched for 60 seconds.', params: files.FileParam, status: 302, run: files.downloadFile }),
] as const satisfies readonly Route<files.FilePorts>[]
