import { readAssembly } from './assembly.ts'
import type { RawResource, RawStack } from './assembly.ts'
import type { Resource } from './contract.ts'
import { noValue, resolve, resolveCondition } from './intrinsics.ts'
import type { Scope } from './intrinsics.ts'
import { kindOf } from './resources.ts'
import type { Kind, Named, Place } from './resources.ts'

/** Everything the templates of an assembly declare, with all references resolved. */
export interface Template {
  readonly resources: readonly Resource[]
  /** The folder of a function's code. Throws when the assembly has no such asset. */
  codeFolder(func: Resource): string
  /** The outputs of all stacks by name. */
  readonly outputs: Readonly<Record<string, unknown>>
}

/**
 * Reads all stacks of a `cdk.out` folder.
 *
 * @throws Error that names what the local host cannot host: a type, an intrinsic function, a missing resource, attribute or parameter
 */
export async function loadTemplate(folder: string, place: Place): Promise<Template> {
  const assembly = await readAssembly(folder)
  const exports = new Map<string, () => unknown>()
  const stacks = assembly.stacks.map((stack) => openStack(stack, place, exports))
  return {
    resources: stacks.flatMap((stack) => stack.resources()),
    outputs: Object.assign({}, ...stacks.map((stack) => stack.outputs())) as Record<string, unknown>,
    codeFolder(func) {
      const code = func.properties['Code'] as { S3Key?: string } | undefined
      const path = assembly.assetFolders.get(code?.S3Key ?? '')
      if (path === undefined) throw new Error(`The code of the function ${func.logicalId} is not among the assets`)
      return path
    },
  }
}

interface OpenStack {
  resources(): Resource[]
  outputs(): Record<string, unknown>
}

function openStack({ name: stack, template }: RawStack, place: Place, exports: Map<string, () => unknown>): OpenStack {
  const conditions = new Map<string, boolean>()
  const names = new Map<string, string>()
  const naming = new Set<string>()

  const scope: Scope = {
    ref(name) {
      const pseudo = pseudoParameter(name, stack, place)
      if (pseudo !== undefined) return pseudo
      const parameter = template.Parameters[name]
      if (parameter !== undefined) {
        if (parameter.Default === undefined) throw new Error(`The parameter ${name} of ${stack} has no default`)
        return parameter.Default
      }
      const { kind, named } = find(name)
      return kind.ref?.(named) ?? named.name
    },
    attribute(logicalId, attribute) {
      const { kind, named, type } = find(logicalId)
      const value = kind.attributes?.[attribute]?.(named) ?? (attribute === 'Arn' ? kind.arn?.(named) : undefined)
      if (value === undefined) throw new Error(`The local host does not know the attribute ${attribute} of ${type} (${logicalId} in ${stack})`)
      return value
    },
    condition(name) {
      const known = conditions.get(name)
      if (known !== undefined) return known
      if (!(name in template.Conditions)) throw new Error(`${stack} has no condition ${name}`)
      const held = resolveCondition(template.Conditions[name], scope)
      conditions.set(name, held)
      return held
    },
    imported(name) {
      const value = exports.get(name)
      if (value === undefined) throw new Error(`No stack exports ${name}, which ${stack} imports`)
      return value()
    },
    mapping(map, first, second) {
      const value = template.Mappings[map]?.[first]?.[second]
      if (value === undefined) throw new Error(`${stack} has no mapping ${map}.${first}.${second}`)
      return value
    },
  }

  const isThere = ({ Condition }: { readonly Condition?: string }): boolean => Condition === undefined || scope.condition(Condition)

  const find = (logicalId: string): { kind: Kind; named: Named; type: string } => {
    const raw = template.Resources[logicalId]
    if (raw === undefined || !isThere(raw)) throw new Error(`${stack} has no resource ${logicalId}`)
    const kind = kindOf(raw.Type)
    if (kind === undefined) throw new Error(`The local host does not know the type ${raw.Type} (${logicalId} in ${stack})`)
    const property = (name: string): unknown => resolve(raw.Properties?.[name], scope)
    return { kind, type: raw.Type, named: { ...place, stack, logicalId, property, name: nameOf(logicalId, kind, property) } }
  }

  const nameOf = (logicalId: string, kind: Kind, property: (name: string) => unknown): string => {
    const known = names.get(logicalId)
    if (known !== undefined) return known
    if (naming.has(logicalId)) throw new Error(`The name of ${logicalId} in ${stack} depends on itself`)
    naming.add(logicalId)
    const given = kind.nameProperty === undefined ? undefined : property(kind.nameProperty)
    const generated = `${stack}-${logicalId}`
    const name = typeof given === 'string' ? given : (kind.shape?.(generated, property) ?? generated)
    naming.delete(logicalId)
    names.set(logicalId, name)
    return name
  }

  for (const output of Object.values(template.Outputs)) {
    if (output.Export === undefined || !isThere(output)) continue
    exports.set(String(resolve(output.Export.Name, scope)), () => resolve(output.Value, scope))
  }

  const open = ([logicalId, raw]: [string, RawResource]): Resource => {
    const { kind, named } = find(logicalId)
    const properties = resolve(raw.Properties ?? {}, scope) as Record<string, unknown>
    return { logicalId, type: raw.Type, properties, name: named.name, arn: kind.arn?.(named) ?? '', stack }
  }

  return {
    resources: () => Object.entries(template.Resources).filter(([, raw]) => isThere(raw)).map(open),
    outputs: () =>
      Object.fromEntries(
        Object.entries(template.Outputs)
          .filter(([, output]) => isThere(output))
          .map(([name, output]) => [name, resolve(output.Value, scope)]),
      ),
  }
}

function pseudoParameter(name: string, stack: string, { region, accountId }: Place): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return accountId
    case 'AWS::Region':
      return region
    case 'AWS::Partition':
      return 'aws'
    case 'AWS::URLSuffix':
      return 'amazonaws.com'
    case 'AWS::StackName':
      return stack
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${region}:${accountId}:stack/${stack}/00000000-0000-0000-0000-000000000000`
    case 'AWS::NotificationARNs':
      return []
    case 'AWS::NoValue':
      return noValue
    default:
      return undefined
  }
}
