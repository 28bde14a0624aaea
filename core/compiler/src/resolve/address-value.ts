/**
 * Values that mean addresses: literals, names, sets with exceptions, and the words for the port, its network, other
 * guests, the host and the world.
 *
 * Guaranteed: a family that a value has no address of is absent from the result, so that no rule widens to it.
 */
import type { NotValue, SetValue, Value } from '@weir/grammar';
import type { Family } from '@weir/plugin';
import type { Operand, ValueRange } from '../policy/match.ts';
import { addressBits, FAMILIES } from '../values/address.ts';
import { full, normalise, subtract } from '../values/ranges.ts';
import { type Environment, textOf } from './environment.ts';
import { badValue, emptySet, wrongType } from './findings.ts';
import { addressLiteral } from './literal-value.ts';
import { lookUp } from './lookup.ts';
import { literalRange, subnetRange } from './inventory-range.ts';
import { callAddresses } from './inventory-address.ts';
import { spanOf } from './report.ts';
import type { AddressTerm } from './typed-value.ts';

/** Every address of both families. */
export const ANY: AddressTerm = { type: 'addresses', any: true, negated: false };

export function term(families: Partial<Record<Family, readonly Operand[]>>, negated = false): AddressTerm {
  const { ipv4, ipv6 } = families;
  return { type: 'addresses', any: false, negated, ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) };
}

/** Plain ranges as a term; a family without ranges is left out. */
export function rangesTerm(ranges: Partial<Record<Family, readonly ValueRange[]>>, negated = false): AddressTerm {
  const of = (family: Family): readonly Operand[] | undefined => {
    const list = ranges[family] ?? [];
    return list.length === 0 ? undefined : [{ kind: 'values', ranges: normalise(list) }];
  };
  const [ipv4, ipv6] = [of('ipv4'), of('ipv6')];
  return term({ ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) }, negated);
}

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
        wrongType(spanOf(env.file, value), { text: textOf(env, value), wanted: 'an address' }),
      );
  }
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
      return port === undefined ? ANY : present(rangesTerm(port.gateways), node, text, env);
    case 'self.network.subnets':
      return port === undefined ? ANY : present(rangesTerm(port.subnets), node, text, env);
    case 'host':
      return present(rangesTerm(hostAddresses(env)), node, text, env);
    case 'world':
      return term({ ...outside('ipv4', env), ...outside('ipv6', env) }, true);
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

/** What the declared networks hold of one family, as the operand that `world` negates. */
function outside(family: Family, env: Environment): Partial<Record<Family, readonly Operand[]>> {
  const ranges = env.world.inventory.networks.flatMap((network) =>
    network.view.subnets.filter((s) => s.family === family).map((s) => subnetRange(s)),
  );
  return { [family]: ranges.length === 0 ? [] : [{ kind: 'values', ranges: normalise(ranges) } as const] };
}

function negatedAddresses(value: NotValue, env: Environment): AddressTerm | undefined {
  const inner = addressValue(value.operand, env);
  if (inner === undefined) return undefined;
  if (inner.any) {
    const params = { text: textOf(env, value), wanted: 'a set: it leaves nothing' };
    return env.world.report.add(wrongType(spanOf(env.file, value), params));
  }
  return { ...inner, negated: !inner.negated };
}

/** `{ a, b, not c }`: members joined, exceptions taken away. Names stay lookups unless there are exceptions. */
function setAddresses(value: SetValue, env: Environment): AddressTerm | undefined {
  const members = value.members.filter((member) => member.kind !== 'not-value');
  const exceptions = value.members.filter((member): member is NotValue => member.kind === 'not-value');
  const terms = members.map((member) => addressValue(member, env));
  const without = exceptions.map((exception) => addressValue(exception.operand, env));
  if ([...terms, ...without].includes(undefined)) return undefined;
  const joined = join(terms as readonly AddressTerm[], without as readonly AddressTerm[], value, env);
  if (joined === undefined || joined.any || joined.ipv4 !== undefined || joined.ipv6 !== undefined) return joined;
  return env.world.report.add(emptySet(spanOf(env.file, value), { what: 'this set' }));
}

function join(
  terms: readonly AddressTerm[],
  without: readonly AddressTerm[],
  value: SetValue,
  env: Environment,
): AddressTerm | undefined {
  const negated = terms.find((t) => t.negated) ?? without.find((t) => t.negated);
  if (negated !== undefined) {
    const params = { text: textOf(env, value), wanted: 'a set of addresses: `world` and negations stand alone' };
    return env.world.report.add(wrongType(spanOf(env.file, value), params));
  }
  const families: Partial<Record<Family, readonly Operand[]>> = {};
  if (without.length === 0 && terms.some((t) => t.any)) return ANY;
  for (const family of FAMILIES) {
    const operands = terms.flatMap((t) => (t.any ? [everything(family)] : (t[family] ?? [])));
    const taken = without.flatMap((t) => (t.any ? [everything(family)] : (t[family] ?? [])));
    const simple = mergeValues(operands);
    const left = taken.length === 0 ? simple : exactly(simple, taken, value, env);
    if (left === undefined) return undefined;
    if (left.length > 0) families[family] = left;
  }
  return term(families);
}

const everything = (family: Family): Operand => ({ kind: 'values', ranges: [full(addressBits(family))] });

/** Literal members joined into one operand, lookups kept. */
function mergeValues(operands: readonly Operand[]): readonly Operand[] {
  const ranges = operands.flatMap((operand) => (operand.kind === 'values' ? operand.ranges : []));
  const lookups = operands.filter((operand) => operand.kind !== 'values');
  return [...(ranges.length === 0 ? [] : [{ kind: 'values', ranges: normalise(ranges) } as const]), ...lookups];
}

/** Members minus exceptions, which needs the ranges of both. */
function exactly(
  members: readonly Operand[],
  taken: readonly Operand[],
  value: SetValue,
  env: Environment,
): readonly Operand[] | undefined {
  const ranges = (operands: readonly Operand[]): readonly ValueRange[] | undefined => {
    const all = operands.map((operand) => operandRanges(operand, env));
    return all.includes(undefined) ? undefined : normalise(all.flatMap((part) => part ?? []));
  };
  const [from, minus] = [ranges(members), ranges(taken)];
  if (from === undefined || minus === undefined) {
    const params = { text: textOf(env, value), wanted: 'a set with exceptions: `self` cannot be part of one' };
    return env.world.report.add(wrongType(spanOf(env.file, value), params));
  }
  const left = subtract(from, minus);
  return left.length === 0 ? [] : [{ kind: 'values', ranges: left }];
}

function operandRanges(operand: Operand, env: Environment): readonly ValueRange[] | undefined {
  switch (operand.kind) {
    case 'values':
      return operand.ranges;
    case 'named':
      return env.world.sets.members(operand.set);
    case 'self':
      return undefined;
    default:
      return operand satisfies never;
  }
}

/** The members of a term by family, where they are known without a port; undefined for `any` and `self`. */
export function knownRanges(found: AddressTerm, family: Family, env: Environment): readonly ValueRange[] | undefined {
  const parts = (found[family] ?? []).map((operand) => operandRanges(operand, env));
  return found.any || parts.includes(undefined) ? undefined : normalise(parts.flatMap((part) => part ?? []));
}
