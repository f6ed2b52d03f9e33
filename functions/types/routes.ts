import { route, type Route } from '../../shared/edge/route.ts'
import { pageOf, PageQuery } from '../../shared/kernel/page.ts'
import * as types from '../../shared/types/use-cases.ts'

const { FieldParam, FieldView, FormView, OfType, PipelineParam, PipelineView, StageParam, StageView, TypeSummary, TypeView } = types

export const routes = [
  route({ method: 'GET', path: '/v1/types', summary: 'All types of items, the product’s own first.', query: PageQuery, returns: pageOf(TypeSummary), run: types.listTypes }),
  route({ method: 'POST', path: '/v1/types', summary: 'Define a smart process: a type of the company’s own.', body: types.TypeInput, returns: TypeView, status: 201, run: types.createType }),
  route({ method: 'GET', path: '/v1/types/{type}', summary: 'One type with its flags, pipelines and fields.', params: OfType, returns: TypeView, run: types.readType }),
  route({ method: 'PATCH', path: '/v1/types/{type}', summary: 'Rename a type or change its flags.', params: OfType, body: types.TypePatch, returns: TypeView, run: types.updateType }),
  route({ method: 'DELETE', path: '/v1/types/{type}', summary: 'Remove a smart process that has no items.', params: OfType, status: 204, run: types.deleteType }),

  route({ method: 'GET', path: '/v1/types/{type}/fields', summary: 'The fields of a type, the product’s own first.', params: OfType, query: PageQuery, returns: pageOf(FieldView), run: types.listFields }),
  route({ method: 'POST', path: '/v1/types/{type}/fields', summary: 'Add a field to a type.', params: OfType, body: types.FieldInput, returns: FieldView, status: 201, run: types.createField }),
  route({ method: 'GET', path: '/v1/types/{type}/fields/{field}', summary: 'One field.', params: FieldParam, returns: FieldView, run: types.readField }),
  route({ method: 'PATCH', path: '/v1/types/{type}/fields/{field}', summary: 'Change a field but for its kind.', params: FieldParam, body: types.FieldPatch, returns: FieldView, run: types.updateField }),
  route({ method: 'DELETE', path: '/v1/types/{type}/fields/{field}', summary: 'Take a field away; what items hold of it stays.', params: FieldParam, status: 204, run: types.deleteField }),

  route({ method: 'GET', path: '/v1/types/{type}/pipelines', summary: 'The pipelines of a type with their stages, in order.', params: OfType, query: PageQuery, returns: pageOf(PipelineView), run: types.listPipelines }),
  route({ method: 'POST', path: '/v1/types/{type}/pipelines', summary: 'Add a pipeline.', params: OfType, body: types.PipelineInput, returns: PipelineView, status: 201, run: types.createPipeline }),
  route({ method: 'GET', path: '/v1/types/{type}/pipelines/{pipelineId}', summary: 'One pipeline with its stages.', params: PipelineParam, returns: PipelineView, run: types.readPipeline }),
  route({ method: 'PATCH', path: '/v1/types/{type}/pipelines/{pipelineId}', summary: 'Rename or move a pipeline, or order its stages.', params: PipelineParam, body: types.PipelinePatch, returns: PipelineView, run: types.updatePipeline }),
  route({ method: 'DELETE', path: '/v1/types/{type}/pipelines/{pipelineId}', summary: 'Remove a pipeline in which no item stands.', params: PipelineParam, status: 204, run: types.deletePipeline }),

  route({ method: 'GET', path: '/v1/types/{type}/stages', summary: 'The stages of a type, pipeline by pipeline.', params: OfType, query: types.StagesQuery, returns: pageOf(StageView), run: types.listStages }),
  route({ method: 'POST', path: '/v1/types/{type}/stages', summary: 'Add a stage to a pipeline.', params: OfType, body: types.StageOfPipelineInput, returns: StageView, status: 201, run: types.createStage }),
  route({ method: 'GET', path: '/v1/types/{type}/stages/{stageId}', summary: 'One stage.', params: StageParam, returns: StageView, run: types.readStage }),
  route({ method: 'PATCH', path: '/v1/types/{type}/stages/{stageId}', summary: 'Rename or move a stage, or say what it means.', params: StageParam, body: types.StagePatch, returns: StageView, run: types.updateStage }),
  route({ method: 'DELETE', path: '/v1/types/{type}/stages/{stageId}', summary: 'Remove a stage in which no item stands.', params: StageParam, status: 204, run: types.deleteStage }),

  route({ method: 'GET', path: '/v1/types/{type}/form', summary: 'The layout of a type’s fields as you see it.', params: OfType, query: types.FormQuery, returns: FormView, run: types.readForm }),
  route({ method: 'PUT', path: '/v1/types/{type}/form', summary: 'Lay out the fields, for yourself or for everybody.', params: OfType, body: types.FormInput, returns: FormView, run: types.saveForm }),
  route({ method: 'DELETE', path: '/v1/types/{type}/form', summary: 'Give up your own layout, or the common one.', params: OfType, query: types.FormQuery, status: 204, run: types.resetForm }),
] as const satisfies readonly Route<types.TypePorts>[]
