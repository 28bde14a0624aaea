/** A forwarding mode's rule as nft statements. In: typed data. Out: one nft rule, exact for the packets it names. */
import {
  anonMap,
  ct,
  dnat,
  drop,
  fib,
  mapLookup,
  masquerade,
  match,
  meta,
  payload,
  prefix,
  range,
  reject,
  ret,
  setRef,
  snat,
} from '@weir/nftables-json';
import type { Expression, Statement } from '@weir/nftables-json';
import { anonSet } from '@weir/nftables-json';
import type { AddressBlock, NetworkAction, NetworkMatch, NetworkRule } from '@weir/plugin';

/** The set of all networks' bridges. */
export const BRIDGES = 'bridges';

interface Ports {
  readonly low: number;
  readonly high: number;
}

/** The statements of a rule of a network with that bridge. */
export function networkRuleStatements(rule: NetworkRule, bridge: string): readonly Statement[] {
  return [
    ...rule.matches.flatMap((one) => matchStatements(one, bridge)),
    actionStatement(rule.action, destinationPorts(rule.matches)),
  ];
}

function destinationPorts(matches: readonly NetworkMatch[]): Ports | undefined {
  const found = matches.find((one) => one.kind === 'port' && one.side === 'destination');
  return found?.kind === 'port' ? found : undefined;
}

const listed = (elements: readonly Expression[]): Expression => {
  const [first] = elements;
  return elements.length === 1 && first !== undefined ? first : anonSet(elements);
};

/** The packet is of that family. */
export function ofFamily(family: 'ipv4' | 'ipv6'): Statement {
  return match(meta('nfproto'), '==', family);
}

/** The address of one end is, or is not, in the blocks; only packets of that family match either way. */
export function addressStatements(
  side: 'source' | 'destination',
  family: 'ipv4' | 'ipv6',
  blocks: readonly AddressBlock[],
  negated: boolean,
): readonly Statement[] {
  const field = side === 'source' ? 'saddr' : 'daddr';
  const left = family === 'ipv4' ? payload('ip', field) : payload('ip6', field);
  return [ofFamily(family), match(left, negated ? '!=' : '==', listed(blocks.map(blockExpression)))];
}

function blockExpression(block: AddressBlock): Expression {
  if (block.kind === 'range') return block.low === block.high ? block.low : range(block.low, block.high);
  const isHost = block.length === (block.address.includes(':') ? 128 : 32);
  return isHost ? block.address : prefix(block.address, block.length);
}

function matchStatements(one: NetworkMatch, bridge: string): readonly Statement[] {
  switch (one.kind) {
    case 'device': {
      const operator = one.negated ? '!=' : '==';
      return [match(meta(one.side === 'in' ? 'iifname' : 'oifname'), operator, deviceExpression(one.device, bridge))];
    }
    case 'address':
      return addressStatements(one.side, one.family, one.blocks, one.negated);
    case 'family':
      return [ofFamily(one.family)];
    case 'host-destination':
      return [match(fib('type', ['daddr']), '==', 'local')];
    case 'protocol':
      return [match(meta('l4proto'), '==', listed(one.protocols))];
    case 'port':
      return [match(payload('th', one.side === 'source' ? 'sport' : 'dport'), '==', portExpression(one))];
    case 'connection':
      return [match(ct('state'), 'in', one.states)];
    case 'destination-translated':
      return [match(ct('status'), 'in', 'dnat')];
    default:
      return one satisfies never;
  }
}

type Device = Extract<NetworkMatch, { readonly kind: 'device' }>['device'];

function deviceExpression(device: Device, bridge: string): Expression {
  if (device === 'this-network') return bridge;
  return device === 'any-network' ? setRef(BRIDGES) : device.name;
}

function portExpression({ low, high }: Ports): Expression {
  return low === high ? low : range(low, high);
}

function actionStatement(action: NetworkAction, matched: Ports | undefined): Statement {
  switch (action.kind) {
    case 'accept':
    case 'return':
      // An accept ends this network's rules only; the other network's, and other tables, are still asked.
      return ret;
    case 'drop':
      return drop;
    case 'reject':
      return reject({ type: 'icmpx', expr: 'admin-prohibited' });
    case 'dnat':
      return dnat({
        family: nftFamily(action.family),
        addr: action.address,
        ...(action.ports && translatedPort(action.ports, matched)),
      });
    case 'snat': {
      const addr = action.low === action.high ? action.low : range(action.low, action.high);
      return snat({
        family: nftFamily(action.family),
        addr,
        ...(action.ports && { port: portExpression(action.ports) }),
      });
    }
    case 'masquerade':
      return masquerade(action.ports === undefined ? {} : { port: portExpression(action.ports) });
    default:
      return action satisfies never;
  }
}

function nftFamily(family: 'ipv4' | 'ipv6'): 'ip' | 'ip6' {
  return family === 'ipv4' ? 'ip' : 'ip6';
}

/** WHY: nft moves a range of ports only through a map; each matched port goes to the one at the same place. */
function translatedPort(ports: Ports, matched: Ports | undefined): { readonly port?: Expression } {
  if (matched !== undefined && matched.low === ports.low && matched.high === ports.high) return {};
  if (ports.low === ports.high || matched === undefined) return { port: portExpression(ports) };
  const pairs = Array.from(
    { length: matched.high - matched.low + 1 },
    (_, at) => [matched.low + at, ports.low + at] as const,
  );
  return { port: mapLookup(payload('th', 'dport'), anonMap(pairs)) };
}
