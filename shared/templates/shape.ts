/** What a template may name: a value, a list of alike things, or fields within it. */
export type Shape = 'value' | readonly [Shape] | Shapes
export type Shapes = { readonly [name: string]: Shape }

export function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}
