import { contractTest, placed, SAMPLE_IPV4, SAMPLE_IPV6, sampleNetwork } from '@weir/plugin/testing';
import { test } from 'vitest';
import nat, { natMode } from './index.ts';
import { natSettings } from './settings.ts';

const [one] = sampleNetwork(natSettings, [SAMPLE_IPV4, SAMPLE_IPV6]).ports;
const to = placed({ guest: 'one', ifname: 'vnet1', addresses: one?.addresses ?? [] });
const port = (low: number, high = low) => placed({ low, high });
const absent = { protocol: undefined, 'to-port': undefined, address: undefined };
const forward = [
  placed({ ...absent, port: port(8443), to, 'to-port': port(443) }),
  placed({ ...absent, protocol: placed('both' as const), port: port(7000, 7009), to }),
];
const network = (settings: object) => sampleNetwork(natMode.settings, [SAMPLE_IPV4, SAMPLE_IPV6], settings);

contractTest(test, nat, {
  cases: [
    { name: 'forwards', network: network({ forward }) },
    { name: 'two uplinks and forwards', network: network({ forward, uplink: [placed('eth0'), placed('wg0')] }) },
    {
      name: 'routed IPv6 and a fixed source',
      network: network({
        ipv6: placed('routed'),
        source: [placed({ family: 'ipv4', low: '198.51.100.4', high: '198.51.100.7' })],
        ports: port(2000, 2999),
      }),
    },
  ],
});
