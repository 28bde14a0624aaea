/**
 * Guards the text that goes into a dnsmasq configuration. dnsmasq reads one option a line, splits values at commas, and
 * ends them at ` #`; so every text is held against the exact form it may have.
 */
import { isIP } from 'node:net';
import { hostProblem, type HostProblem } from '../problem.ts';
import type { ServiceSpec } from '../plan/step.ts';

const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?';
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const MAC = /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/;

function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}

function unsafe(spec: ServiceSpec, what: string, text: string): HostProblem {
  const shown = JSON.stringify(text).slice(1, -1);
  return hostProblem('runtime/unsafe-text', `\`${shown}\` cannot be ${what} of network \`${spec.network}\``);
}

function judge(
  spec: ServiceSpec,
  what: string,
  texts: readonly string[],
  good: (text: string) => boolean,
): readonly HostProblem[] {
  return texts.filter((text) => !good(text)).map((text) => unsafe(spec, what, text));
}

/** Every text that may not be written. */
export function checkServiceText(spec: ServiceSpec): readonly HostProblem[] {
  const { addressService, nameService, addresses } = spec;
  const hosts = addressService?.hosts ?? [];
  const ranges = addressService?.ranges ?? [];
  const lease = addressService?.lease;
  const goodLease = lease === undefined || (Number.isInteger(lease) && lease >= 120 && lease <= 0xffffffff);
  return [
    ...judge(
      spec,
      'the DNS domain',
      nameService?.domain === undefined ? [] : [nameService.domain],
      (text) => DOMAIN.test(text) && text.length <= 253,
    ),
    ...judge(spec, 'a DNS forwarder', nameService?.forwarders ?? [], isAddress),
    ...judge(
      spec,
      'an address',
      addresses.map((entry) => entry.address),
      isAddress,
    ),
    ...judge(
      spec,
      'the MAC of a guest',
      hosts.map((host) => host.mac),
      (text) => MAC.test(text),
    ),
    ...judge(
      spec,
      'the address of a guest',
      hosts.flatMap((host) => host.addresses.map((entry) => entry.address)),
      isAddress,
    ),
    ...judge(
      spec,
      'the end of a DHCP range',
      ranges.flatMap(({ low, high }) => [low, high]),
      (text) => isIP(text) === 4,
    ),
    // WHY: dnsmasq raises shorter leases to two minutes without a word.
    ...(goodLease ? [] : [unsafe(spec, 'the lease (120 seconds and more)', String(lease))]),
  ];
}

/**
 * A guest's name as a DNS label, or undefined when nothing of it can stay.
 * WHY: RFC 1123 section 2.1 allows letters, digits and inner hyphens, 63 at most (RFC 1035 section 2.3.4).
 */
export function hostLabel(name: string): string | undefined {
  const label = name
    .replaceAll(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  return label === '' ? undefined : label;
}
