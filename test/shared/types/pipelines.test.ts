import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../../shared/access/index.ts'
import { createPipeline, createStage, deletePipeline, deleteStage, listPipelines, listStages, PipelineInput, readType, StageOfPipelineInput, updatePipeline, updateStage } from '../../../shared/types/use-cases.ts'
import { changeWorkspace } from '../../../shared/workspace/index.ts'
import { problemOf } from '../../support/problems.ts'
import { aTypesCompany, type TypesCompany } from './a-types-company.ts'

let at: TypesCompany
beforeAll(async () => {
  at = await aTypesCompany()
})
afterAll(() => at.store.close())

const addStage = (type: string, values: Record<string, unknown>) => at.shape((ctx) => createStage(ctx, { type, values: StageOfPipelineInput.parse(values) }))
const addPipeline = (type: string, values: Record<string, unknown>) => at.shape((ctx) => createPipeline(ctx, { type, values: PipelineInput.parse(values) }))
const stagesOf = async (type: string, pipelineId = 'default'): Promise<string[]> => (await at.shape((ctx) => listStages(ctx, { type, pipelineId, limit: 100 }))).items.map(({ id }) => id)
const removeStage = (type: string, stageId: string) => at.shape((ctx) => deleteStage(ctx, { type, stageId }))

describe('stages', () => {
  it('ITM-4: are added where they make sense, renamed and moved, and hold items at once', async () => {
    await addStage('lead', { id: 'CALLED', title: 'Called' })
    expect(await stagesOf('lead')).toEqual(['NEW', 'IN_PROCESS', 'CALLED', 'CONVERTED', 'JUNK'])
    await at.shape((ctx) => updateStage(ctx, { type: 'lead', stageId: 'CALLED', values: { position: 1, title: 'Phoned' } }))
    expect(await stagesOf('lead')).toEqual(['NEW', 'CALLED', 'IN_PROCESS', 'CONVERTED', 'JUNK'])
    expect(await addStage('lead', { title: 'Wrong number', semantic: 'failure' })).toMatchObject({ id: 'WRONG_NUMBER', semantic: 'failure', pipelineId: 'default' })
    const { id } = await at.make('lead', { stageId: 'CALLED' })
    expect(await at.list('lead', { stageId: 'CALLED' })).toEqual([id])
  })

  it('ITM-4: new items begin in the first stage, whichever that is by now', async () => {
    await addStage('quote', { id: 'ASKED', title: 'Asked for', position: 0 })
    expect(await at.make('quote')).toMatchObject({ stageId: 'ASKED' })
  })

  it('ACC-4: stage ids are unique per type, over all its pipelines', async () => {
    await addPipeline('deal', { id: 'service', title: 'Service' })
    expect(await stagesOf('deal', 'service')).toEqual(['SERVICE_NEW', 'SERVICE_IN_PROCESS', 'SERVICE_SUCCESS', 'SERVICE_FAILURE'])
    expect(await problemOf(addStage('deal', { id: 'WON', title: 'Won', pipelineId: 'service' }))).toMatchObject({ status: 409, code: 'stage.id_taken' })
    expect(await problemOf(addPipeline('deal', { title: 'Third', stages: [{ id: 'NEW', title: 'New' }] }))).toMatchObject({ status: 409 })
    expect(await problemOf(addPipeline('deal', { id: 'service', title: 'Again' }))).toMatchObject({ status: 409, code: 'pipeline.id_taken' })
  })

  it('ITM-4: a pipeline begins with an open stage, ends with final ones, and means success once at most', async () => {
    const refused = async (work: Promise<unknown>): Promise<string> => (await problemOf(work)).code
    expect(await refused(addStage('deal', { title: 'Won twice', semantic: 'success' }))).toBe('type.two_successes')
    expect(await refused(addStage('deal', { title: 'Late', semantic: 'open', position: 6 }))).toBe('type.stage_order')
    expect(await refused(addStage('deal', { title: 'Early loss', semantic: 'failure', position: 0 }))).toBe('type.no_first_stage')
    expect(await refused(at.shape((ctx) => updateStage(ctx, { type: 'deal', stageId: 'WON', values: { semantic: 'open' } })))).toBe('type.no_final_stage')
    expect(await refused(removeStage('invoice', 'PAID'))).toBe('type.no_final_stage')
    await at.define({ code: 'note', title: 'Note', stages: [{ id: 'OPEN', title: 'Open' }] })
    expect(await refused(removeStage('note', 'OPEN'))).toBe('type.no_first_stage')
    expect(await refused(addStage('contact', { title: 'New' }))).toBe('type.without_stages')
  })
})

describe('pipelines', () => {
  it('ITM-4: deals and smart processes may have several, others have one', async () => {
    expect(await problemOf(addPipeline('lead', { title: 'Second' }))).toMatchObject({ status: 422, code: 'type.one_pipeline' })
    const type = await at.define({ code: 'project', title: 'Project', flags: { pipelines: true } })
    expect(type.pipelines[0]?.stages.map(({ id, semantic }) => [id, semantic])).toEqual([['NEW', 'open'], ['IN_PROCESS', 'open'], ['SUCCESS', 'success'], ['FAILURE', 'failure']])
    await addPipeline('project', { title: 'Research & development', stages: [{ title: 'Idea' }, { title: 'Done', semantic: 'success' }], position: 0 })
    expect((await at.shape((ctx) => listPipelines(ctx, { type: 'project', limit: 50 }))).items.map(({ id }) => id)).toEqual(['research_development', 'default'])
    expect(await at.make('project')).toMatchObject({ pipelineId: 'research_development', stageId: 'IDEA' })
    expect(await at.make('project', { pipelineId: 'default' })).toMatchObject({ stageId: 'NEW' })
    expect((await problemOf(at.make('project', { pipelineId: 'default', stageId: 'IDEA' }))).fields[0]?.pointer).toBe('/stageId')
  })

  it('ITM-4: are renamed, moved, and their stages put in order by name', async () => {
    await at.shape((ctx) => updatePipeline(ctx, { type: 'project', pipelineId: 'default', values: { title: 'Usual', position: 0, stageIds: ['IN_PROCESS', 'NEW', 'SUCCESS', 'FAILURE'] } }))
    expect(await at.make('project')).toMatchObject({ pipelineId: 'default', stageId: 'IN_PROCESS' })
    const incomplete = problemOf(at.shape((ctx) => updatePipeline(ctx, { type: 'project', pipelineId: 'default', values: { stageIds: ['NEW', 'SUCCESS', 'FAILURE'] } })))
    expect((await incomplete).fields[0]?.pointer).toBe('/stageIds')
    expect((await at.shape((ctx) => readType(ctx, { type: 'project' }))).pipelines[0]?.title).toBe('Usual')
  })
})

describe('removing', () => {
  it('ITM-4: a stage or pipeline in use stays; emptied, it goes, and so do its rows in the roles', async () => {
    await at.define({ code: 'job', title: 'Job', flags: { pipelines: true } })
    await addPipeline('job', { id: 'rush', title: 'Rush', stages: [{ id: 'RUSH_A', title: 'A' }, { id: 'RUSH_B', title: 'B' }] })
    await at.company.as(at.company.administratorId, async (ctx) => {
      const role = ctx.workspace.entries<Role>('ROLE').find(({ name }) => name === 'Manager')
      if (role) await changeWorkspace(ctx, [{ kind: 'ROLE', id: role.id, value: { ...role, types: { ...role.types, job: { stages: { RUSH_A: { read: 'all' }, NEW: { read: 'own' } }, pipelines: { rush: { read: 'all' } } } } } }])
    })
    const { id } = await at.make('job', { stageId: 'RUSH_B' })
    expect(await problemOf(removeStage('job', 'RUSH_B'))).toMatchObject({ status: 409, code: 'stage.in_use' })
    const whole = (): Promise<void> => at.shape((ctx) => deletePipeline(ctx, { type: 'job', pipelineId: 'rush' }))
    expect(await problemOf(whole())).toMatchObject({ status: 409, code: 'pipeline.in_use' })
    await at.change('job', id, { stageId: 'NEW' })
    await whole()
    expect(await problemOf(at.make('job', { stageId: 'RUSH_A' }))).toMatchObject({ status: 400, code: 'job.stage_unknown' })
    expect(await problemOf(at.shape((ctx) => deletePipeline(ctx, { type: 'job', pipelineId: 'default' })))).toMatchObject({ status: 409, code: 'pipeline.last' })
    const rows = await at.shape(async (ctx) => ctx.workspace.entries<Role>('ROLE').find(({ name }) => name === 'Manager')?.types['job'])
    expect(rows).toEqual({ stages: { NEW: { read: 'own' } }, pipelines: {} })
  })

  it('ITM-11: an item in the recycle bin holds no stage back', async () => {
    await addStage('deal', { id: 'DOOMED', title: 'Doomed' })
    const { id } = await at.make('deal', { stageId: 'DOOMED' })
    await at.remove('deal', id)
    await removeStage('deal', 'DOOMED')
    expect(await stagesOf('deal')).not.toContain('DOOMED')
  })

  it('ITM-5: a stage that a field is required from stays until the field says otherwise', async () => {
    await addStage('deal', { id: 'CHECKED', title: 'Checked' })
    await at.addField('deal', { code: 'checkedBy', kind: 'string', requiredFrom: ['CHECKED'] })
    expect(await problemOf(removeStage('deal', 'CHECKED'))).toMatchObject({ status: 409, code: 'stage.fields_required_from' })
  })
})
