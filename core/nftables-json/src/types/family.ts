/** Address families, chain types, hooks and priorities: the words that place a table and a chain in the kernel. */

/** Table families. `inet` sees IPv4 and IPv6; `bridge` sees frames of a bridge; `netdev` hangs on one or more devices. */
export const FAMILIES = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'] as const;
/** A table family. */
export type Family = (typeof FAMILIES)[number];

/** Types of base chains. `nat` sees only the first packet of a connection; `route` re-routes when the mark or addresses change. */
export const CHAIN_TYPES = ['filter', 'nat', 'route'] as const;
/** The type of a base chain. */
export type ChainType = (typeof CHAIN_TYPES)[number];

/** All hooks of all families. */
export const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'] as const;
/** The place in the packet's path where a base chain is called. */
export type Hook = (typeof HOOKS)[number];

/** What happens to a packet that reaches the end of a base chain. */
export const POLICIES = ['accept', 'drop'] as const;
/** The policy of a base chain. */
export type Policy = (typeof POLICIES)[number];

/** Hooks that each family has (kernel: `ingress` in inet since 5.10, `egress` since 5.16). */
export const HOOKS_OF_FAMILY: Readonly<Record<Family, readonly Hook[]>> = {
  ip: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  ip6: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  inet: ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress'],
  arp: ['input', 'output'],
  bridge: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  netdev: ['ingress', 'egress'],
};

/** Chain types that each family has. WHY: the kernel has no nat or route chains outside ip, ip6 and inet (ENOENT). */
export const CHAIN_TYPES_OF_FAMILY: Readonly<Record<Family, readonly ChainType[]>> = {
  ip: ['filter', 'nat', 'route'],
  ip6: ['filter', 'nat', 'route'],
  inet: ['filter', 'nat', 'route'],
  arp: ['filter'],
  bridge: ['filter'],
  netdev: ['filter'],
};

/**
 * Standard priorities of ip, ip6, inet, arp and netdev chains; lower runs earlier.
 * JSON must give the number: a name is silently ignored by every nft release and makes the chain a regular one.
 */
export const PRIORITY = { raw: -300, mangle: -150, dstnat: -100, filter: 0, security: 50, srcnat: 100 } as const;

/** Standard priorities of bridge chains; lower runs earlier. */
export const BRIDGE_PRIORITY = { dstnat: -300, filter: -200, out: 100, srcnat: 300 } as const;
