import { BlockList, isIP } from 'node:net'
import { PatternError } from './pattern-error.ts'

/**
 * The test of `{ "cidr": "10.0.0.0/24" }` for IPv4 and IPv6; texts that are no address are outside every range.
 *
 * @throws PatternError if it is no range
 */
export function cidrTest(range: string, path: string): (value: string) => boolean {
  const [address = '', bits = '', ...more] = range.split('/')
  const version = isIP(address)
  const most = version === 4 ? 32 : 128
  if (version === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) throw new PatternError(path, `malformed CIDR ${range}`)
  const block = new BlockList()
  block.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6')
  return (value) => {
    const family = isIP(value)
    return family !== 0 && block.check(value, family === 4 ? 'ipv4' : 'ipv6')
  }
}
