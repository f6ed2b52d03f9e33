export { listTimeline } from './list-timeline.ts'
export { projectChange } from './project-change.ts'
export { TimelinePage, TimelineQuery } from './schema.ts'
