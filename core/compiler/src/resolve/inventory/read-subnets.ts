/**
 * A network's subnets, each with the host's address in it.
 *
 * In: the checked settings `subnet` and `gateway`. Out: subnets, IPv4 first, then as written. Guaranteed: each gateway
 * is a usable address of its subnet; without a written one it is the first host address.
 */
import { defineDiagnostic, type AddressSetting, type Placed, type PrefixSetting } from '@weir/plugin';
import type { Label, Span, Subnet } from '@weir/plugin';
import type { ValueRange } from '../../policy/match.ts';
import { addressBits, FAMILIES, formatAddress } from '../../values/address.ts';
import { prefixRange } from '../../values/ranges.ts';
import { canonicalNumber } from './canonical-number.ts';
import type { Findings } from './findings.ts';
import { unusableAddress, whyUnusable as noStation } from './unusable-address.ts';

export const subnetLength = defineDiagnostic<{ text: string; min: number; max: number }>(
  { code: 'inventory/subnet-length', severity: 'error', title: 'a subnet too small or too large' },
  ({ text, min, max }) => ({
    message: `\`${text}\` cannot be a subnet: its length must be between ${min} and ${max}`,
    help: 'a subnet has room for a gateway and a guest at least, and is no larger than a site',
  }),
);
export const gatewayOutside = defineDiagnostic<{ address: string; labels: readonly Label[] }>(
  { code: 'inventory/gateway-outside', severity: 'error', title: 'a gateway outside the subnets' },
  ({ address, labels }) => ({
    message: `the gateway \`${address}\` is in no subnet of its network`,
    labels,
    help: 'the gateway is the address of the host in the subnet',
  }),
);
export const gatewayUnusable = defineDiagnostic<{ address: string; which: string; subnet: Span }>(
  {
    code: 'inventory/gateway-unusable',
    severity: 'error',
    title: 'a gateway with the first or last address of its subnet',
  },
  ({ address, which, subnet }) => ({
    message: `the gateway \`${address}\` is the ${which} of its subnet`,
    labels: [{ span: subnet, text: 'this subnet' }],
    help: 'choose an address in between',
  }),
);
export const gatewayTwice = defineDiagnostic<{ address: string; first: Span }>(
  { code: 'inventory/gateway-twice', severity: 'error', title: 'two gateways in one subnet' },
  ({ address, first }) => ({
    message: `\`${address}\` is a second gateway in one subnet`,
    labels: [{ span: first, text: 'the first one' }],
    help: 'write one gateway for each subnet',
  }),
);

/** A subnet with its bounds as numbers. */
export interface ReadSubnet extends ValueRange {
  readonly subnet: Subnet;
  readonly gateway: bigint;
}

const LENGTHS = { ipv4: { min: 8, max: 30 }, ipv6: { min: 16, max: 126 } } as const;

/** Undefined after a report. */
export function readSubnets(
  written: readonly Placed<PrefixSetting>[],
  gateways: readonly Placed<AddressSetting>[],
  findings: Findings,
  network: string,
): readonly ReadSubnet[] | undefined {
  let wrong = false;
  const report: Findings['report'] = (diagnostic) => {
    wrong = true;
    findings.report(diagnostic, network);
  };
  const sorted = FAMILIES.flatMap((family) => written.filter(({ value }) => value.family === family));
  for (const { value, span } of sorted) {
    const { min, max } = LENGTHS[value.family];
    const text = `${value.address}/${value.length}`;
    if (value.length < min || value.length > max) report(subnetLength(span, { text, min, max }));
    else {
      const why = noStation(value.family, boundsOf(value));
      if (why !== undefined) report(unusableAddress(span, { text, what: 'a subnet', why }));
    }
  }
  if (wrong) return undefined;
  const bounds = sorted.map((prefix) => ({ prefix, ...boundsOf(prefix.value) }));
  const chosen = chooseGateways(bounds, gateways, report);
  return wrong ? undefined : bounds.map((bound) => withGateway(bound, chosen.get(bound)?.number));
}

interface Chosen {
  readonly number: bigint;
  readonly span: Span;
}

/** The written gateway of each subnet that has one. */
function chooseGateways(
  subnets: readonly Bounds[],
  gateways: readonly Placed<AddressSetting>[],
  report: Findings['report'],
): ReadonlyMap<Bounds, Chosen> {
  const chosen = new Map<Bounds, Chosen>();
  for (const { value, span } of gateways) {
    const { family, address } = value;
    const number = canonicalNumber(family, address);
    const home = subnets.find(
      ({ prefix, low, high }) => prefix.value.family === family && low <= number && number <= high,
    );
    const first = home && chosen.get(home);
    if (!home) {
      const labels = subnets.map(({ prefix }) => ({ span: prefix.span, text: 'a subnet' }));
      report(gatewayOutside(span, { address, labels }));
    } else if (first) report(gatewayTwice(span, { address, first: first.span }));
    else {
      const which = family === 'ipv4' ? whyUnusable(number, home) : undefined;
      if (which !== undefined) report(gatewayUnusable(span, { address, which, subnet: home.prefix.span }));
      chosen.set(home, { number, span });
    }
  }
  return chosen;
}

interface Bounds extends ValueRange {
  readonly prefix: Placed<PrefixSetting>;
}

function withGateway({ prefix, low, high }: Bounds, chosen: bigint | undefined): ReadSubnet {
  const { family, address, length } = prefix.value;
  const gateway = chosen ?? low + 1n;
  return {
    low,
    high,
    gateway,
    subnet: { family, address, length, gateway: formatAddress(family, gateway), span: prefix.span },
  };
}

/** The first and the last address; lengths above 30 do not get here. */
function whyUnusable(value: bigint, { low, high }: ValueRange): string | undefined {
  if (value === low) return 'network address';
  return value === high ? 'broadcast address' : undefined;
}

function boundsOf({ family, address, length }: PrefixSetting): ValueRange {
  return prefixRange(canonicalNumber(family, address), length, addressBits(family));
}
