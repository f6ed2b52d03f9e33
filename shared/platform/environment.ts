/** A setting of the deployment. A function that lacks one it needs is deployed wrongly, and says so by name. */
export function fromEnvironment(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`)
  return value
}
