/** What declared sets and services stand for. */
import type { Family } from '@weir/plugin';
import type { Operand } from '../policy/match.ts';
import { FAMILIES } from '../values/address.ts';
import { isSingle } from '../values/ranges.ts';
import { knownRanges, term } from './address-term.ts';
import { addressValue } from './address-value.ts';
import type { Environment } from './environment.ts';
import { emptySet } from './findings.ts';
import { macsValue } from './mac-value.ts';
import { portsValue } from './port-value.ts';
import { spanOf } from './report.ts';
import type { Definition } from './scope.ts';
import { serviceMembers } from './service-value.ts';
import type { AddressTerm, TypedValue } from './typed-value.ts';

/** The value of a set or service in the surroundings of its own file; undefined when wrong, which has been reported. */
export function evaluateDefinition(definition: Definition, env: Environment): TypedValue | undefined {
  const { item } = definition;
  if (item.kind === 'policy' || item.broken === true) return undefined;
  if (item.kind === 'service' && item.members.length === 0) {
    return env.world.report.add(emptySet(spanOf(definition.file, item), { what: `service \`${item.name.text}\`` }));
  }
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
  // WHY: what depends on the port that is asked differs by network, and a set that is looked up must not.
  if (found === undefined || found.any || found.negated || env.port !== undefined) return found;
  // A set of guests' addresses alone keeps their own sets, to which ports contribute.
  if (FAMILIES.every((family) => (found[family] ?? []).every((operand) => operand.kind === 'named'))) return found;
  const of = (family: Family): readonly Operand[] | undefined => {
    const ranges = knownRanges(found, family, (set) => env.world.sets.members(set));
    if (found[family] === undefined || ranges === undefined) return found[family];
    const [only] = ranges;
    if (only !== undefined && ranges.length === 1 && isSingle(only)) return [{ kind: 'values', ranges }];
    const label = item.name.text;
    const span = spanOf(definition.file, item.name);
    const source = { kind: 'declared', file: definition.file, name: label } as const;
    const set = env.world.sets.id(source, family, () => ({ label, ranges, contributed: [], span }));
    return [{ kind: 'named', set }];
  };
  const [ipv4, ipv6] = [of('ipv4'), of('ipv6')];
  return term({ ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) });
}
