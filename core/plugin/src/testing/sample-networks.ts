/**
 * Networks to try a mode on: IPv4, IPv6, both, and without subnets.
 *
 * In: a mode and the settings that it cannot do without. Out: network views such as the compiler makes. Guaranteed:
 * addresses are from the documentation ranges or private ones; every call gives equal, fresh objects.
 */
import type { ForwardingMode } from '../mode.ts';
import type { NetworkPort, NetworkView, Subnet } from '../network.ts';
import type { Placed, SettingsOf, SettingsSchema } from '../settings.ts';
import type { Span } from '../span.ts';

/** Values of settings that a mode cannot do without. */
export type SampleSettings = Partial<SettingsOf<SettingsSchema>>;

/** A network and a word for it. */
export interface NetworkCase {
  readonly name: string;
  readonly network: NetworkView;
}

/** A place in a file that does not exist. */
export const SAMPLE_SPAN: Span = { file: 'sample.weir', start: 0, end: 1 };

/** A value of a setting, placed nowhere in particular. */
export function placed<T>(value: T, span: Span = SAMPLE_SPAN): Placed<T> {
  return { value, span };
}

/** The values of a schema when nothing is written. Required settings are left out: they have no such value. */
export function absentSettings(schema: SettingsSchema): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(schema).map(([key, { repeat }]) => [key, repeat ? [] : undefined]));
}

/** 10.9.0.0/24, the host being 10.9.0.1. */
export const SAMPLE_IPV4: Subnet = {
  family: 'ipv4',
  address: '10.9.0.0',
  length: 24,
  gateway: '10.9.0.1',
  span: SAMPLE_SPAN,
};

/** fd09::/64, the host being fd09::1. */
export const SAMPLE_IPV6: Subnet = {
  family: 'ipv6',
  address: 'fd09::',
  length: 64,
  gateway: 'fd09::1',
  span: SAMPLE_SPAN,
};

/** Two ports, `one` and `two`, with the addresses .11 and .12 of each subnet. */
export function samplePorts(subnets: readonly Subnet[]): readonly NetworkPort[] {
  return (['one', 'two'] as const).map((guest, index) => ({
    guest,
    ifname: `vnet${index + 1}`,
    mac: `52:54:00:00:00:1${index + 1}`,
    addresses: subnets.map(({ family }) => ({
      family,
      address: family === 'ipv4' ? `10.9.0.1${index + 1}` : `fd09::1${index + 1}`,
    })),
    span: SAMPLE_SPAN,
  }));
}

/** A network with these subnets; `settings` are merged over absent ones. */
export function sampleNetwork<S extends SettingsSchema>(
  schema: S,
  subnets: readonly Subnet[],
  settings: Partial<SettingsOf<S>> = {},
): NetworkView<S> {
  return {
    name: 'sample',
    bridge: 'br-sample',
    subnets,
    ports: samplePorts(subnets),
    reaches: [],
    isolatePorts: false,
    // WHY: a caller that leaves out a required setting gets what a mode never sees; that is the test's own fault.
    settings: { ...absentSettings(schema), ...settings } as SettingsOf<S>,
    span: SAMPLE_SPAN,
  };
}

/** The networks that every mode is tried on. */
export function sampleCases(mode: ForwardingMode, settings: SampleSettings): readonly NetworkCase[] {
  const of = (name: string, subnets: readonly Subnet[]): NetworkCase => ({
    name,
    network: sampleNetwork(mode.settings, subnets, settings),
  });
  return [
    ...(mode.subnets === 'none'
      ? []
      : [of('IPv4', [SAMPLE_IPV4]), of('IPv6', [SAMPLE_IPV6]), of('both families', [SAMPLE_IPV4, SAMPLE_IPV6])]),
    ...(mode.subnets === 'required' ? [] : [of('no subnets', [])]),
  ];
}
