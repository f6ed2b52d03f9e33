export { bindFiles } from './bind-files.ts'
export { createFile, type FilePorts } from './create-file.ts'
export { downloadFile } from './download-file.ts'
export { FileId, FileInput, FileParam, FileView, MOST_FILES_AT_ONCE, UploadView } from './schema.ts'
