/** The settings that every network has, whatever its mode: the core's own schema. */
import { defineSettings } from '@weir/plugin';

export const commonSettings = defineSettings({
  mode: { doc: 'how the network forwards: the name of a mode', type: { kind: 'text' }, required: true },
  bridge: {
    doc: 'the bridge device of the network',
    type: { kind: 'interface' },
    default: '`weir-` and the name of the network',
  },
  subnet: { doc: 'addresses of the network', type: { kind: 'prefix' }, repeat: 'entries' },
  gateway: {
    doc: "the host's address in each subnet",
    type: { kind: 'address' },
    repeat: 'values',
    default: 'the first address of each subnet',
  },
  reaches: {
    doc: 'networks that guests of this one may open connections to',
    type: { kind: 'network' },
    repeat: 'values',
    default: 'none',
  },
  'isolate-ports': {
    doc: 'keep the guests of the network from each other',
    type: { kind: 'flag' },
    default: 'off',
  },
  mtu: {
    doc: 'the largest packet on the bridge, in bytes',
    // WHY: every IPv4 host takes 576 bytes (RFC 1122 3.3.2); 65535 is the largest a bridge takes (ETH_MAX_MTU).
    type: { kind: 'integer', min: 576, max: 65_535 },
    default: "the kernel's: 1500, or the smallest of the ports",
  },
});

export type CommonKey = keyof typeof commonSettings;

/** Sorted. */
export const COMMON_KEYS = Object.keys(commonSettings).toSorted() as readonly CommonKey[];

export function isCommonKey(word: string): word is CommonKey {
  return Object.hasOwn(commonSettings, word);
}
