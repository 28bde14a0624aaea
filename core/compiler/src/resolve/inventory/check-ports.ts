/**
 * What ports may not share on one host: device names and MAC addresses.
 *
 * In: the drafts in the order of the files. Out: findings at the later port, with the earlier one as label; the
 * (first) port of each device name.
 */
import { defineDiagnostic, type Span } from '@weir/plugin';
import { formatMac } from '../../values/address.ts';
import type { Findings } from './findings.ts';
import type { PortDraft } from './read-port.ts';

export const interfaceTwice = defineDiagnostic<{ ifname: string; guest: string; first: Span }>(
  { code: 'inventory/interface-twice', severity: 'error', title: 'two interfaces with one device' },
  ({ ifname, guest, first }) => ({
    message: `there are two interfaces \`${ifname}\``,
    labels: [{ span: first, text: `guest \`${guest}\` has it` }],
    help: "the name is the host's device, and a host has one of each name",
  }),
);
export const macTwice = defineDiagnostic<{ mac: string; guest: string; first: Span }>(
  { code: 'inventory/mac-twice', severity: 'error', title: 'two interfaces with one MAC address' },
  ({ mac, guest, first }) => ({
    message: `the MAC address \`${mac}\` is taken`,
    labels: [{ span: first, text: `guest \`${guest}\` has it` }],
    help: 'give each interface of the host a MAC address of its own',
  }),
);

export function checkPorts(ports: readonly PortDraft[], findings: Findings): ReadonlyMap<string, PortDraft> {
  const names = new Map<string, PortDraft>();
  const macs = new Map<bigint, { readonly guest: string; readonly network: string | undefined; readonly span: Span }>();
  for (const port of ports) {
    const { ifname, guest, span, mac, network } = port;
    if (ifname !== undefined) {
      const first = names.get(ifname);
      if (!first) names.set(ifname, port);
      else {
        findings.report(
          interfaceTwice(span, { ifname, guest: first.guest, first: first.span }),
          network,
          first.network,
        );
      }
    }
    if (mac) {
      const first = macs.get(mac.value);
      if (!first) macs.set(mac.value, { guest, network, span: mac.span });
      else {
        const taken = { mac: formatMac(mac.value), guest: first.guest, first: first.span };
        findings.report(macTwice(mac.span, taken), network, first.network);
      }
    }
  }
  return names;
}
