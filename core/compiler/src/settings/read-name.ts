/**
 * Readers of words: switches, choices, text, devices, and names of guests and networks.
 *
 * In: a value of the tree. Out: the typed value, or undefined after a report. Guaranteed: a name of a guest or network
 * is a declared one; a device's name is one that the kernel and every tool takes.
 */
import type { NameValue, Value } from '@weir/grammar';
import type { PortReference } from '@weir/plugin';
import {
  badInterface,
  guestElsewhere,
  guestPortUnclear,
  notAChoice,
  unknownGuest,
  unknownGuestPort,
  unknownNetwork,
} from './findings.ts';
import { interfaceNameProblem } from './interface-name.ts';
import { mistyped } from './read-number.ts';
import { simpleName, sought, spanOf, type Scope } from './scope.ts';

/** `on` or `off`. */
export function readSwitch(value: Value, scope: Scope): boolean | undefined {
  const word = simpleName(value)?.text;
  return word === 'on' || word === 'off' ? word === 'on' : mistyped(value, scope);
}

/** One of the words. */
export function readChoice(value: Value, words: readonly string[], scope: Scope): string | undefined {
  const name = simpleName(value);
  if (!name) return mistyped(value, scope);
  if (words.includes(name.text)) return name.text;
  const span = spanOf(value, scope.context);
  scope.report(notAChoice(span, { key: scope.key, ...sought(name.text, words, span) }));
  return undefined;
}

/** Text in quotes, or a name (dots included) without them. */
export function readText(value: Value, scope: Scope): string | undefined {
  if (value.kind === 'text') return value.value;
  return value.kind === 'name-value' ? value.text : mistyped(value, scope);
}

/** A host device, as a name or, where it holds other characters, in quotes. */
export function readInterface(value: Value, scope: Scope): string | undefined {
  const name = value.kind === 'text' ? value.value : value.kind === 'name-value' ? value.text : undefined;
  if (name === undefined) return mistyped(value, scope);
  const why = interfaceNameProblem(name);
  if (why === undefined) return name;
  scope.report(badInterface(spanOf(value, scope.context), { name, why }));
  return undefined;
}

/** A declared network. */
export function readNetwork(value: Value, scope: Scope): string | undefined {
  const name = simpleName(value);
  if (!name) return mistyped(value, scope);
  const { networkNames } = scope.context;
  if (networkNames.includes(name.text)) return name.text;
  const span = spanOf(value, scope.context);
  scope.report(unknownNetwork(span, sought(name.text, networkNames, span)));
  return undefined;
}

/** A guest's port in this network: the guest alone where it has one, else with the device's name. */
export function readGuest(value: Value, scope: Scope): PortReference | undefined {
  const head = value.kind === 'name-value' ? value.parts[0] : undefined;
  if (value.kind !== 'name-value' || !head) return mistyped(value, scope);
  const { context } = scope;
  const span = spanOf(head, context);
  const ports = context.guestPorts(head.text);
  if (ports === undefined) scope.report(unknownGuest(span, sought(head.text, context.guestNames, span)));
  else if (ports.length === 0) scope.report(guestElsewhere(span, { guest: head.text }));
  else return choosePort(value, head.text, ports, scope);
  return undefined;
}

function choosePort(
  value: NameValue,
  guest: string,
  ports: readonly PortReference[],
  scope: Scope,
): PortReference | undefined {
  const ifname = value.text.slice(guest.length + 1);
  const known = ports.map((port) => port.ifname);
  const found = ifname === '' ? (ports.length === 1 ? ports[0] : undefined) : ports.find((p) => p.ifname === ifname);
  if (found) return found;
  const span = spanOf(value, scope.context);
  if (ifname === '') {
    scope.report(guestPortUnclear(span, { guest, ports: known.map((name) => `${guest}.${name}`) }));
  } else {
    const rest = { ...span, start: span.start + guest.length + 1 };
    scope.report(unknownGuestPort(rest, { guest, ...sought(ifname, known, rest) }));
  }
  return undefined;
}
