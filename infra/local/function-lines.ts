/** Functions log one JSON object per line; what is no JSON on standard error is trouble too (warnings of Node, stacks). */
export function isTrouble(line: string, stream: 'stdout' | 'stderr'): boolean {
  const level = /"level"\s*:\s*"(\w+)"/.exec(line)?.[1]?.toUpperCase()
  return level === undefined ? stream === 'stderr' : ['WARN', 'WARNING', 'ERROR', 'CRITICAL', 'FATAL'].includes(level)
}
