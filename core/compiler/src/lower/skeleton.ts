/** The frame around the profiles of one place: dispatch maps, the base chains that ask them, and the ports' own facts. */
import { concat, formatMac, goto, meta, setRef, vmap } from '@weir/nftables-json';
import type { Expression } from '@weir/nftables-json';
import type { Attachment } from '@weir/plugin';
import type { NamedSet, Port } from '../policy/policy.ts';
import type { Direction } from '../policy/rule.ts';
import { isSingle } from '../values/ranges.ts';
import type { LayoutChain, LayoutElements, LayoutSet } from './layout.ts';
import type { OwnSet } from './match-context.ts';
import type { Place } from './place.ts';
import { nameIn, profileChain } from './place.ts';
import { writeOwnElement, writeRange } from './write-value.ts';
import type { ValueForm } from './write-value.ts';

const DIRECTIONS: readonly Direction[] = ['out', 'in'];
const dispatch = (place: Place, direction: Direction): string => nameIn(place, `${direction}-dispatch`);

/** The maps from a port's device to its profile. */
export function dispatchMaps(place: Place): readonly LayoutSet[] {
  return DIRECTIONS.map((direction) => ({
    table: place.table,
    name: dispatch(place, direction),
    type: 'ifname',
    map: 'verdict',
    flags: [],
    elements: [],
  }));
}

/** The base chains of a place: one a hook, whatever the number of ports. */
export function baseChains(place: Place): readonly LayoutChain[] {
  return place.attachment.hooks.map((hook) => ({
    table: place.table,
    name: nameIn(place, hook.chain),
    base: { type: 'filter', hook: hookName(hook), prio: priorityOf(place, hook), policy: 'accept' },
    rules: [
      {
        statements: [vmap(meta(hook.device), setRef(dispatch(place, hook.direction)))],
        origin: { item: 'weir', purpose: 'dispatch' },
      },
    ],
  }));
}

type AttachmentHook = Attachment['hooks'][number];

function hookName(hook: AttachmentHook): AttachmentHook['hook'] {
  return hook.hook;
}

function priorityOf(place: Place, hook: AttachmentHook): number {
  return place.state === 'carried' ? hook.priority.carried : hook.priority.conntrack;
}

/** Sets of own facts: type of the value beside the device, and whether prefixes and ranges stand in it. */
const OWN_SETS = {
  mac: { type: ['ifname', 'ether_addr'], isInterval: false },
  ip4: { type: ['ifname', 'ipv4_addr'], isInterval: false },
  'ip4-net': { type: ['ifname', 'ipv4_addr'], isInterval: true },
  ip6: { type: ['ifname', 'ipv6_addr'], isInterval: false },
  'ip6-net': { type: ['ifname', 'ipv6_addr'], isInterval: true },
  'mac-raw': {
    type: { typeof: { concat: [{ meta: { key: 'iifname' } }, { payload: { base: 'th', offset: 0, len: 48 } }] } },
    isInterval: false,
  },
} as const satisfies Record<OwnSet, { readonly type: LayoutSet['type']; readonly isInterval: boolean }>;

const OWN_NAMES = Object.keys(OWN_SETS) as readonly OwnSet[];

/** The sets of own facts that some profile looks up. */
export function ownFactSets(place: Place, used: ReadonlyMap<string, ReadonlySet<OwnSet>>): readonly LayoutSet[] {
  const wanted = new Set([...used.values()].flatMap((sets) => [...sets]));
  return OWN_NAMES.filter((name) => wanted.has(name)).map((name) => ({
    table: place.table,
    name: nameIn(place, `self-${name}`),
    type: OWN_SETS[name].type,
    flags: OWN_SETS[name].isInterval ? ['interval'] : [],
    elements: [],
  }));
}

/** What a port adds: its dispatch, and its own facts as far as its own profile looks them up. */
export function portElements(place: Place, port: Port, used: ReadonlySet<OwnSet>): readonly LayoutElements[] {
  const dispatched = DIRECTIONS.map((direction) => ({
    table: place.table,
    set: dispatch(place, direction),
    elements: [[port.ifname, goto(profileChain(place, port.profile, direction))]],
  }));
  const facts = OWN_NAMES.filter((name) => used.has(name)).map((name) => ({
    table: place.table,
    set: nameIn(place, `self-${name}`),
    elements: ownElements(port, name),
  }));
  // WHY: the dispatch comes last, so that loaded piece by piece a port is asked only once its facts are there.
  return [...facts.filter(({ elements }) => elements.length > 0), ...dispatched];
}

function ownElements(port: Port, name: OwnSet): readonly Expression[] {
  const own = (ranges: Port['ipv4'], form: ValueForm, single: boolean): readonly Expression[] =>
    ranges.filter((one) => isSingle(one) === single).map((one) => writeOwnElement(port.ifname, one, form));
  switch (name) {
    case 'mac':
      return [concat(port.ifname, formatMac(port.mac))];
    case 'mac-raw':
      return [concat(port.ifname, Number(port.mac))];
    case 'ip4':
      return own(port.ipv4, 'ipv4', true);
    case 'ip4-net':
      return own(port.ipv4, 'ipv4', false);
    case 'ip6':
      return own(port.ipv6, 'ipv6', true);
    case 'ip6-net':
      return own(port.ipv6, 'ipv6', false);
    default:
      return name satisfies never;
  }
}

const SET_TYPES = {
  ipv4: { type: 'ipv4_addr', form: 'ipv4' },
  ipv6: { type: 'ipv6_addr', form: 'ipv6' },
  mac: { type: 'ether_addr', form: 'mac' },
  port: { type: 'inet_service', form: 'number' },
} as const satisfies Record<NamedSet['type'], { readonly type: LayoutSet['type']; readonly form: ValueForm }>;

/** A named set, with what the files say of it. */
export function namedSet(place: Place, set: NamedSet): LayoutSet {
  const { type, form } = SET_TYPES[set.type];
  const all = [...set.ranges, ...set.contributed.flatMap(({ ranges }) => ranges)];
  return {
    table: place.table,
    name: nameIn(place, set.id),
    type,
    flags: all.every(isSingle) ? [] : ['interval'],
    elements: set.ranges.map((one) => writeRange(one, form)),
  };
}

/** What ports contribute to a named set, by interface name. */
export function contributions(place: Place, set: NamedSet): ReadonlyMap<string, LayoutElements> {
  const { form } = SET_TYPES[set.type];
  return new Map(
    set.contributed
      .filter(({ ranges }) => ranges.length > 0)
      .map(({ ifname, ranges }) => [
        ifname,
        { table: place.table, set: nameIn(place, set.id), elements: ranges.map((one) => writeRange(one, form)) },
      ]),
  );
}
