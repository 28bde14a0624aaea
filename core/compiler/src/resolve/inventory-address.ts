/** `network(N)`, `guest(N)` and `guests(label = value, …)` as addresses. */
import type { Argument, CallValue } from '@weir/grammar';
import type { Family } from '@weir/plugin';
import { suggest } from '../diagnostics/suggest.ts';
import type { PortDeclaration } from '../model/inventory.ts';
import type { Operand, ValueRange } from '../policy/match.ts';
import { FAMILIES, addressBits, LINK_LOCAL } from '../values/address.ts';
import { full, normalise, subtract } from '../values/ranges.ts';
import { term, UNKNOWN } from './address-term.ts';
import type { Environment } from './environment.ts';
import { argument, emptySet, unknownAddresses, unknownName } from './findings.ts';
import { literalRange, subnetRange } from './inventory-range.ts';
import { isLabel, labelText } from './label-value.ts';
import { spanOf } from './report.ts';
import type { SetSource } from './set-registry.ts';
import type { AddressTerm } from './typed-value.ts';

export function callAddresses(call: CallValue, env: Environment): AddressTerm | undefined {
  switch (call.callee.text) {
    case 'network':
      return networkAddresses(call, env);
    case 'guest':
      return guestAddresses(call, env);
    case 'guests':
      return selectedAddresses(call, env);
    default: {
      const near = suggest(call.callee.text, ['network', 'guest', 'guests']);
      const params = { name: call.callee.text, what: 'selection', near };
      return env.world.report.add(unknownName(spanOf(env.file, call.callee), params));
    }
  }
}

/** The one word inside the parentheses. */
function word(call: CallValue, env: Environment): { readonly text: string; readonly node: Argument } | undefined {
  const [node] = call.args;
  if (node !== undefined && call.args.length === 1 && node.name === undefined && node.value.kind === 'name-value') {
    return { text: node.value.text, node };
  }
  const help = `write \`${call.callee.text}(NAME)\``;
  return env.world.report.add(argument(spanOf(env.file, call), { message: 'one name is wanted here', help }));
}

function networkAddresses(call: CallValue, env: Environment): AddressTerm | undefined {
  const name = word(call, env);
  if (name === undefined) return undefined;
  const { networks, networkNames } = env.world.inventory;
  const network = networks.find((n) => n.view.name === name.text);
  const span = spanOf(env.file, name.node);
  if (network === undefined) {
    if (networkNames.has(name.text)) return undefined;
    const near = suggest(name.text, networkNames);
    return env.world.report.add(unknownName(span, { name: name.text, what: 'network', near }));
  }
  const of = (family: Family): readonly Operand[] | undefined => {
    const subnets = network.view.subnets.filter((s) => s.family === family).map(subnetRange);
    const hosts = network.topology.bridge.addresses
      .filter((own) => own.family === family)
      .map(({ address }) => literalRange(family, address));
    const ranges = env.world.meansEnds === true ? subtract(normalise(subnets), normalise(hosts)) : subnets;
    return ranges.length === 0 ? undefined : [{ kind: 'values', ranges }];
  };
  const [ipv4, ipv6] = [of('ipv4'), of('ipv6')];
  if (ipv4 === undefined && ipv6 === undefined) {
    return env.world.report.add(emptySet(span, { what: `network \`${name.text}\` declares no subnet; the set` }));
  }
  return term({ ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) });
}

function guestAddresses(call: CallValue, env: Environment): AddressTerm | undefined {
  const name = word(call, env);
  if (name === undefined) return undefined;
  const { ports, guestNames } = env.world.inventory;
  const label = `guest(${name.text})`;
  const known = env.world.selections.get(label);
  if (known !== undefined) return known;
  const [guest = '', ...rest] = name.text.split('.');
  const ifname = rest.join('.');
  const chosen = ports.filter((port) => port.guest === guest && (ifname === '' || port.ifname === ifname));
  if (chosen.length === 0) {
    if (guestNames.has(guest) && ifname === '') return undefined;
    const span = spanOf(env.file, name.node);
    if (guestNames.has(guest)) {
      const own = ports.filter((port) => port.guest === guest).map((port) => port.ifname);
      const near = suggest(ifname, own);
      return env.world.report.add(unknownName(span, { name: ifname, what: `interface of guest \`${guest}\``, near }));
    }
    const near = suggest(guest, guestNames);
    return env.world.report.add(unknownName(span, { name: name.text, what: 'guest', near }));
  }
  return portsAddresses(chosen, { call, source: { kind: 'guest', guest, ifname }, label }, env);
}

function selectedAddresses(call: CallValue, env: Environment): AddressTerm | undefined {
  const wanted = new Map<string, string>();
  for (const arg of call.args) {
    const { value } = arg;
    if (value.kind === 'name-value' && isLabel(value.text) && arg.name !== undefined) {
      const own = labelText(value, env);
      if (own === undefined) return undefined;
      if (typeof own !== 'string') return UNKNOWN;
      wanted.set(arg.name.text, own);
      continue;
    }
    const text = value.kind === 'name-value' ? value.text : value.kind === 'text' ? value.value : undefined;
    if (arg.name === undefined || text === undefined || wanted.has(arg.name.text)) {
      const message = 'a selection is a list of different `label = value`';
      return env.world.report.add(argument(spanOf(env.file, arg), { message, help: 'e.g. `guests(tier = db)`' }));
    }
    wanted.set(arg.name.text, text);
  }
  const criteria = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1));
  const label = `guests(${criteria.map(([k, v]) => `${k} = ${v}`).join(', ')})`;
  const known = env.world.selections.get(label);
  if (known !== undefined) return known;
  const chosen = env.world.inventory.ports.filter((port) => criteria.every(([k, v]) => port.labels[k] === v));
  if (chosen.length === 0) {
    const { why, help } = unknownLabels(criteria, env.world.inventory.ports);
    return env.world.report.add(emptySet(spanOf(env.file, call), { what: `\`${label}\`: ${why}; the set`, help }));
  }
  return portsAddresses(chosen, { call, source: { kind: 'guests', labels: criteria }, label }, env);
}

/** Which of the labels, or of their values, no port has. */
function unknownLabels(
  criteria: readonly (readonly [label: string, value: string])[],
  ports: readonly PortDeclaration[],
): { readonly why: string; readonly help?: string | undefined } {
  const hint = (near: string | undefined, known: readonly string[]): string | undefined =>
    near !== undefined
      ? `did you mean \`${near}\`?`
      : known.length === 0 || known.length > MOST_LISTED
        ? undefined
        : `there is ${known.map((one) => `\`${one}\``).join(', ')}`;
  const labels = [...new Set(ports.flatMap((port) => Object.keys(port.labels)))].toSorted();
  const label = criteria.find(([name]) => !labels.includes(name));
  if (label !== undefined) {
    return { why: `no guest has a label \`${label[0]}\``, help: hint(suggest(label[0], labels), labels) };
  }
  const valuesOf = (name: string): readonly string[] =>
    [...new Set(ports.flatMap((port) => port.labels[name] ?? []))].toSorted();
  const pair = criteria.find(([name, value]) => !valuesOf(name).includes(value));
  if (pair === undefined) return { why: 'no guest has all of these labels' };
  const [name, value] = pair;
  const near = suggest(value, valuesOf(name));
  return {
    why: `no guest has the label \`${name} = ${value}\``,
    help: hint(
      near === undefined ? undefined : `${name} = ${near}`,
      valuesOf(name).map((one) => `${name} = ${one}`),
    ),
  };
}

const MOST_LISTED = 8;

interface Selection {
  readonly call: CallValue;
  readonly source: SetSource;
  readonly label: string;
}

/** The addresses of ports as looked-up sets to which each port contributes its own. */
function portsAddresses(
  ports: readonly PortDeclaration[],
  { call, source, label }: Selection,
  env: Environment,
): AddressTerm | undefined {
  const unknown = ports.find((port) => FAMILIES.some((family) => isEverything(port[family], family)));
  if (unknown !== undefined) {
    const labels = [{ span: unknown.span, text: 'it has `address any` here' }];
    return env.world.report.add(unknownAddresses(spanOf(env.file, call), { guest: unknown.guest, labels }));
  }
  const of = (family: Family): readonly Operand[] | undefined => {
    const contributed = ports
      .map((port) => ({ ifname: port.ifname, ranges: withoutLinkLocal(port[family], family) }))
      .filter(({ ranges }) => ranges.length > 0);
    if (contributed.length === 0) return undefined;
    const span = spanOf(env.file, call);
    const id = env.world.sets.id(source, family, () => ({ label, ranges: [], contributed, span }));
    return [{ kind: 'named', set: id }];
  };
  const [ipv4, ipv6] = [of('ipv4'), of('ipv6')];
  const found = term({ ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) });
  env.world.selections.set(label, found);
  return found;
}

function isEverything(ranges: readonly ValueRange[], family: Family): boolean {
  const all = full(addressBits(family));
  return ranges.some((range) => range.low === all.low && range.high === all.high);
}

/** WHY: link-local addresses say nothing beyond their link, where another guest may have the same (RFC 4291 2.5.6). */
function withoutLinkLocal(ranges: readonly ValueRange[], family: Family): readonly ValueRange[] {
  return family === 'ipv4' ? ranges : subtract(ranges, [LINK_LOCAL]);
}
