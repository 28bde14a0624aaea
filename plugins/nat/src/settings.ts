/** The settings of mode `nat`, and the network as the mode sees it. */
import { defineSettings, hostServiceSettings, type NetworkView, type PortRange, type SettingsOf } from '@weir/plugin';

/** Ports that a translated source gets where none are set: none of those that need privilege on many servers. */
export const DEFAULT_PORTS: PortRange = { low: 1024, high: 65_535 };

/** One port forwarding. */
export const forwardSettings = defineSettings({
  protocol: { doc: 'what is forwarded', default: 'tcp', type: { kind: 'choice', of: ['tcp', 'udp', 'both'] } },
  port: { doc: 'the port on the host, or `low-high`', type: { kind: 'port-range' }, required: true },
  to: { doc: 'the guest that is reached, or its port as `GUEST.IFNAME`', type: { kind: 'guest' }, required: true },
  'to-port': {
    doc: "the guest's port, or as many as `port` has",
    default: 'the same as `port`',
    type: { kind: 'port-range' },
  },
  address: {
    doc: 'the one outer address that is forwarded',
    default: "every address of the host, but for loopback and the network's own gateway",
    type: { kind: 'address' },
  },
});

export const natSettings = defineSettings({
  uplink: {
    doc: 'the host devices to the outside: what leaves goes through them, and forwardings come in by them',
    default: 'every device that is not the bridge of a network',
    type: { kind: 'interface' },
    repeat: 'values',
  },
  source: {
    doc: 'the address (or `low-high`) that guests get outside, one a family',
    default: 'the address of the device they leave by',
    type: { kind: 'address-range' },
    repeat: 'entries',
  },
  ports: {
    doc: 'the source ports that TCP and UDP of the guests get outside',
    default: '1024-65535',
    type: { kind: 'port-range' },
  },
  ipv6: {
    doc: '`routed`: IPv6 leaves untranslated, and still nothing is opened from outside',
    default: 'nat',
    type: { kind: 'choice', of: ['nat', 'routed'] },
  },
  forward: {
    doc: 'a port of the host that leads to a guest',
    type: { kind: 'block', settings: forwardSettings },
    repeat: 'entries',
  },
  ...hostServiceSettings,
});

export type NatNetwork = NetworkView<typeof natSettings>;
export type Forward = SettingsOf<typeof forwardSettings>;
