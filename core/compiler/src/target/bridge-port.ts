/** The built-in attachment: a guest's device that is a port of a Linux bridge. */
import type { Attachment } from '@weir/plugin';

// WHY: 10 where the state is carried: br_netfilter shows bridged packets to the inet hooks from bridge prerouting at
// priority 0 (kernel: NF_BR_PRI_BRNF), so the marks are there only after it.
const priority = { conntrack: 0, carried: 10 } as const;

/** Data only, registered with the plugin host like a stranger's. */
export const BRIDGE_PORT: Attachment = {
  name: 'bridge-port',
  doc: 'a tap or veth device in a Linux bridge; every frame that the bridge sees is decided',
  family: 'bridge',
  prefix: '',
  layer: 'link',
  conntrack: 'by-target',
  reject: 'by-target',
  // WHY: the kernel's bridge reject works in prerouting and input only ("Operation not supported" elsewhere).
  rejectDirections: ['out'],
  hooks: [
    { direction: 'out', chain: 'from-guest', hook: 'prerouting', priority, device: 'iifname' },
    { direction: 'in', chain: 'to-guest', hook: 'postrouting', priority, device: 'oifname' },
  ],
};
