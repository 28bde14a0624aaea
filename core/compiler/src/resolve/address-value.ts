/**
 * Values that mean addresses: literals, names, sets with exceptions, and the words for the port, its network, other
 * guests, the host and the world.
 *
 * Guaranteed: a family that a value has no address of is absent from the result, so that no rule widens to it.
 */
import type { NotValue, SetValue, Value } from '@weir/grammar';
import type { Family } from '@weir/plugin';
import type { Operand, ValueRange } from '../policy/match.ts';
import { normalise } from '../values/ranges.ts';
import { ANY, combine, isEmpty, negate, rangesTerm, term, UNKNOWN } from './address-term.ts';
import { type Environment, textOf } from './environment.ts';
import { badValue, emptySet, wrongType } from './findings.ts';
import { addressLiteral } from './literal-value.ts';
import { lookUp } from './lookup.ts';
import { literalRange, subnetRange } from './inventory-range.ts';
import { callAddresses } from './inventory-address.ts';
import { spanOf } from './report.ts';
import type { AddressTerm } from './typed-value.ts';

/** The addresses that a value means; undefined when it is wrong, which has then been reported. */
export function addressValue(value: Value, env: Environment): AddressTerm | undefined {
  switch (value.kind) {
    case 'address':
    case 'prefix':
    case 'range': {
      const literal = addressLiteral(value, env);
      return literal && rangesTerm({ [literal.family]: literal.ranges });
    }
    case 'name-value':
      return nameAddresses(value.text, value, env);
    case 'call':
      return callAddresses(value, env);
    case 'set-value':
      return setAddresses(value, env);
    case 'not-value':
      return negatedAddresses(value, env);
    default:
      return env.world.report.add(
        wrongType(spanOf(env.file, value), { text: textOf(env, value), wanted: 'an address', help: instead(value) }),
      );
  }
}

/** Where a value that is no address belongs. */
function instead(value: Value): string | undefined {
  switch (value.kind) {
    case 'text':
      return /^[0-9A-Fa-f.:/, -]+$/.test(value.value)
        ? `write \`${plainAddresses(value.value)}\``
        : 'addresses stand without quotes; names of hosts are not looked up';
    case 'mac':
      return `compare it in a condition: \`where ether.source == ${value.text}\``;
    case 'number':
      return `a port stands behind \`port\`: \`tcp port ${value.text}\``;
    default:
      return undefined;
  }
}

function plainAddresses(text: string): string {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  return parts.length === 1 ? (parts[0] ?? '') : `{ ${parts.join(', ')} }`;
}

function nameAddresses(text: string, node: Value, env: Environment): AddressTerm | undefined {
  const { port } = env;
  switch (text) {
    case 'any':
      return ANY;
    case 'self':
    case 'self.addresses':
      return term({ ipv4: [{ kind: 'self', fact: 'ipv4' }], ipv6: [{ kind: 'self', fact: 'ipv6' }] });
    case 'gateway':
    case 'self.network.gateway':
      return port === undefined ? UNKNOWN : present(rangesTerm(port.gateways), node, text, env);
    case 'self.network.subnets':
      return port === undefined ? UNKNOWN : present(rangesTerm(port.subnets), node, text, env);
    case 'host':
      return present(rangesTerm(hostAddresses(env)), node, text, env);
    case 'world':
      return world(env);
    default: {
      const found = lookUp(text, node, 'addresses', env);
      return found?.type === 'addresses' ? found : undefined;
    }
  }
}

function present(found: AddressTerm, node: Value, text: string, env: Environment): AddressTerm | undefined {
  if (found.ipv4 !== undefined || found.ipv6 !== undefined) return found;
  const params = { text, why: "has no address here: the interface's network declares none" };
  return env.world.report.add(badValue(spanOf(env.file, node), params));
}

/** The host's addresses on the networks that it serves, and those that `host { … }` declares. */
function hostAddresses(env: Environment): Record<Family, readonly ValueRange[]> {
  const { networks, hostAddresses: declared } = env.world.inventory;
  const bridges = networks.flatMap((network) => network.topology.bridge.addresses);
  const of = (family: Family): readonly ValueRange[] => [
    ...declared[family],
    ...bridges.filter((a) => a.family === family).map((a) => literalRange(family, a.address)),
  ];
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}

/** Everything outside the declared networks, of both families; undefined when one of them has an error. */
function world(env: Environment): AddressTerm | undefined {
  const { networks, networkNames } = env.world.inventory;
  if (networks.length < networkNames.size) return undefined;
  const subnets = networks.flatMap((network) => network.view.subnets);
  const hosts = env.world.meansEnds === true ? hostAddresses(env) : { ipv4: [], ipv6: [] };
  const outside = (family: Family): readonly Operand[] => {
    const ranges = normalise([
      ...subnets.filter((subnet) => subnet.family === family).map(subnetRange),
      ...hosts[family],
    ]);
    return ranges.length === 0 ? [] : [{ kind: 'values', ranges }];
  };
  return term({ ipv4: outside('ipv4'), ipv6: outside('ipv6') }, true);
}

function negatedAddresses(value: NotValue, env: Environment): AddressTerm | undefined {
  const inner = addressValue(value.operand, env);
  if (inner === undefined || inner.standIn === true) return inner;
  const left = inner.any ? undefined : negate(inner);
  if (left !== undefined && !isEmpty(left)) return left;
  return env.world.report.add(emptySet(spanOf(env.file, value), { what: `\`${textOf(env, value)}\`` }));
}

/** `{ a, b, not c }`: members joined, exceptions taken away. */
function setAddresses(value: SetValue, env: Environment): AddressTerm | undefined {
  const evaluate = (nodes: readonly Value[]): readonly AddressTerm[] | undefined => {
    const terms = nodes.map((node) => addressValue(node, env));
    return terms.includes(undefined) ? undefined : terms.flatMap((one) => one ?? []);
  };
  const terms = evaluate(value.members.filter((member) => member.kind !== 'not-value'));
  const without = evaluate(value.members.flatMap((m) => (m.kind === 'not-value' ? [m.operand] : [])));
  if (terms === undefined || without === undefined) return undefined;
  const found = combine(terms, without, (set) => env.world.sets.members(set));
  const span = spanOf(env.file, value);
  if (found === undefined) {
    const wanted = 'a set of known addresses: exceptions cannot be taken from `self`, nor `not self` be a member';
    return env.world.report.add(wrongType(span, { text: textOf(env, value), wanted }));
  }
  return isEmpty(found) ? env.world.report.add(emptySet(span, { what: 'this set' })) : found;
}
