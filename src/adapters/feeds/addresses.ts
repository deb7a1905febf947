import { type LookupAddress, promises as dns } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/**
 * Networks that are no part of the Internet, or not of the Internet as people mean it (RFC 6890 and the IANA registries
 * of special purposes): this machine, private and link-local networks, shared ones, documentation, multicast; and those
 * that lead into IPv4 through IPv6.
 */
const special: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/96',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** `10.0.0.0/8`, `fd00::/8`, or one address. */
const listOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = familyOf(address);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
};

// Apart, because an IPv4 address would be found in the range of those written as IPv6.
const refused = {
  ipv4: listOf(special.filter((network) => !network.includes(':'))),
  ipv6: listOf(special.filter((network) => network.includes(':'))),
};

/** Which addresses may be asked: those of the Internet, and those of the networks named. */
export const reachable = (networks: readonly string[]): ((address: string) => boolean) => {
  const allowed = listOf(networks);
  return (address) => {
    const family = familyOf(address);
    if (isIP(address) === 0) return false;
    // An IPv4 address written as IPv6 is judged as what it is.
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
    if (mapped !== undefined)
      return allowed.check(mapped, 'ipv4') || !refused.ipv4.check(mapped, 'ipv4');
    return allowed.check(address, family) || !refused[family].check(address, family);
  };
};

/** A host that has no address that may be asked. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/**
 * The addresses of a host. All have to be such as may be asked: one that answers with a public and a private address
 * is not to be trusted with either. What is connected to is what was judged, because it is not looked up again.
 *
 * @throws AddressRefused, or what the resolver throws.
 */
export const addressesOf = async (
  host: string,
  mayAsk: (address: string) => boolean,
): Promise<readonly LookupAddress[]> => {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(bare);
  const found =
    family === 0
      ? await dns.lookup(bare, { all: true, verbatim: true })
      : [{ address: bare, family }];
  if (found.length === 0 || !found.every(({ address }) => mayAsk(address)))
    throw new AddressRefused(host);
  return found;
};
