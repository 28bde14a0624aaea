/** Names to typed values: parameters first, then the file's sets and services, each evaluated once. */
import type { Located } from '@weir/grammar';
import type { Family } from '@weir/plugin';
import { suggest } from '../diagnostics/suggest.ts';
import type { Operand } from '../policy/match.ts';
import { FAMILIES } from '../values/address.ts';
import { isSingle } from '../values/ranges.ts';
import { addressValue, knownRanges } from './address-value.ts';
import type { Environment } from './environment.ts';
import { circular, emptySet, unknownName, wrongKind } from './findings.ts';
import { macsValue } from './mac-value.ts';
import { portsValue } from './port-value.ts';
import { spanOf } from './report.ts';
import type { Definition } from './scope.ts';
import { serviceMembers } from './service-value.ts';
import type { AddressTerm, ParamType, TypedValue } from './typed-value.ts';

const WORDS: Readonly<Record<string, string>> = {
  addresses: 'a set of addresses',
  ports: 'a set of ports',
  macs: 'a set of hardware addresses',
  service: 'a service',
  number: 'a number',
  text: 'a text',
  duration: 'a duration',
};

/** What a type is called in messages. */
export function typeWord(type: string): string {
  return WORDS[type] ?? type;
}

/** The value of a name that should have type `wanted`; undefined when it is wrong, which has then been reported. */
export function lookUp(name: string, node: Located, wanted: ParamType, env: Environment): TypedValue | undefined {
  const span = spanOf(env.file, node);
  if (env.params.has(name)) {
    const value = env.params.get(name);
    if (value === undefined || value.type === wanted) return value;
    return env.world.report.add(wrongKind(span, { name, is: typeWord(value.type), wanted: typeWord(wanted) }));
  }
  const definition = env.world.scopes.of(env.file).get(name);
  if (definition === undefined) return unknown(name, node, wanted, env);
  if (definition.item.kind === 'policy') {
    const params = { name, is: `a ${definition.item.of}`, wanted: typeWord(wanted) };
    return env.world.report.add(wrongKind(span, params));
  }
  const value = definitionValue(definition, env, span);
  if (value === undefined || value.type === wanted) return value;
  return env.world.report.add(wrongKind(span, { name, is: typeWord(value.type), wanted: typeWord(wanted) }));
}

function unknown(name: string, node: Located, wanted: ParamType, env: Environment): undefined {
  const { guestNames, networkNames } = env.world.inventory;
  const span = spanOf(env.file, node);
  if (guestNames.has(name)) {
    const params = { name, is: 'a guest', wanted: typeWord(wanted), help: `write \`guest(${name})\`` };
    return env.world.report.add(wrongKind(span, params));
  }
  if (networkNames.has(name)) {
    const params = { name, is: 'a network', wanted: typeWord(wanted), help: `write \`network(${name})\`` };
    return env.world.report.add(wrongKind(span, params));
  }
  const known = [...env.params.keys(), ...env.world.scopes.of(env.file).keys()];
  const near = suggest(name, known);
  const standard = near === undefined && env.world.scopes.standard.has(name);
  const params = {
    name,
    what: 'name',
    near,
    ...(standard && { help: `write \`import { ${name} } from "@weir/rules"\` at the top of the file` }),
  };
  return env.world.report.add(unknownName(span, params));
}

/** The value of a declared set or service, evaluated in its own file. */
export function definitionValue(
  definition: Definition,
  env: Environment,
  at: ReturnType<typeof spanOf>,
): TypedValue | undefined {
  const { cache, report } = env.world;
  const known = cache.get(definition);
  if (known === 'busy')
    return report.add(circular(at, { path: [definition.item.name.text, definition.item.name.text] }));
  if (known !== undefined) return known === 'broken' ? undefined : known;
  cache.set(definition, 'busy');
  const value = evaluate(definition, { world: env.world, file: definition.file, params: new Map() });
  cache.set(definition, value ?? 'broken');
  return value;
}

function evaluate(definition: Definition, env: Environment): TypedValue | undefined {
  const { item } = definition;
  if (item.kind === 'policy' || item.broken === true) return undefined;
  if (item.kind === 'service') return serviceMembers(item.members, env);
  switch (item.of) {
    case 'ports':
      return portsValue(item.value, env);
    case 'macs':
      return macsValue(item.value, env);
    case 'addresses':
      return declaredAddresses(definition, env);
    default:
      return item satisfies never;
  }
}

/** A declared set of addresses becomes a set that rules look up by its name; a single address stays a value. */
function declaredAddresses(definition: Definition, env: Environment): AddressTerm | undefined {
  const { item } = definition;
  if (item.kind !== 'set') return undefined;
  const found = addressValue(item.value, env);
  if (found === undefined || found.any || found.negated) return found;
  const of = (family: Family): readonly Operand[] | undefined => {
    const ranges = knownRanges(found, family, env);
    if (found[family] === undefined || ranges === undefined) return found[family];
    const [only] = ranges;
    if (only !== undefined && ranges.length === 1 && isSingle(only)) return [{ kind: 'values', ranges }];
    const label = item.name.text;
    const identity = `${definition.file}\n${label}`;
    const span = spanOf(definition.file, item.name);
    const set = env.world.sets.id({ identity, base: label, label, type: family, ranges, contributed: [], span });
    return [{ kind: 'named', set }];
  };
  // A set of guests' addresses alone keeps their own sets, to which ports contribute.
  if (FAMILIES.every((family) => (found[family] ?? []).every((operand) => operand.kind === 'named'))) return found;
  const [ipv4, ipv6] = [of('ipv4'), of('ipv6')];
  if (ipv4 === undefined && ipv6 === undefined) {
    return env.world.report.add(emptySet(spanOf(definition.file, item.name), { what: `\`${item.name.text}\`` }));
  }
  return { type: 'addresses', any: false, negated: false, ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) };
}
