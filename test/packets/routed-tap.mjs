// A stranger's plugin: guests on taps without a bridge, each a link of its own that the host routes. It brings the attachment and a mode that uses
// it, with nothing but the published contract.
import { ATTACHMENT, defineMode, definePlugin, FORWARDING_MODE, servedBridge } from '@weir/plugin';

const priority = { conntrack: 0, carried: 0 };

/** @type {import('@weir/plugin').Attachment} */
const tap = {
  name: 'routed-tap',
  doc: 'a tap in no bridge; the packets that the host routes to and from it, and its own, are decided',
  family: 'inet',
  prefix: 'tap-',
  layer: 'network',
  conntrack: 'always',
  reject: 'always',
  rejectDirections: ['in', 'out'],
  hooks: [
    { direction: 'out', chain: 'tap-routed-from', hook: 'forward', priority, device: 'iifname' },
    { direction: 'out', chain: 'tap-host-from', hook: 'input', priority, device: 'iifname' },
    { direction: 'in', chain: 'tap-routed-to', hook: 'forward', priority, device: 'oifname' },
    { direction: 'in', chain: 'tap-host-to', hook: 'output', priority, device: 'oifname' },
  ],
};

const mode = defineMode({
  name: 'tap',
  doc: 'each guest on a link of its own, routed by the host',
  attachment: 'routed-tap',
  subnets: 'required',
  settings: {},
  hooks: [],
  check: () => [],
  topology: (network) => ({
    bridge: servedBridge(network),
    sysctls: [],
    elsewhere: [],
  }),
  rules: () => [],
  guarantees: () => [],
});

export default definePlugin({
  name: 'routed-tap',
  api: 1,
  requires: [],
  register: (container) => {
    container.register(ATTACHMENT, { useFactory: () => tap });
    container.register(FORWARDING_MODE, { useFactory: () => mode });
  },
});
