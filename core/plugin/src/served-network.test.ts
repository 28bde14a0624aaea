import { expect, test } from 'vitest';
import type { Subnet } from './network.ts';
import { familiesOf, ownAddresses, refuseLeaving, servedBridge } from './served-network.ts';

const span = { file: 'a.weir', start: 0, end: 1 };
const v6: Subnet = { family: 'ipv6', address: 'fd00::', length: 64, gateway: 'fd00::1', span };
const v4: Subnet = { family: 'ipv4', address: '10.0.0.0', length: 24, gateway: '10.0.0.1', span };

test('families come in a fixed order, each once', () => {
  expect(familiesOf({ subnets: [v6, v4, { ...v4, address: '10.0.1.0' }] })).toEqual(['ipv4', 'ipv6']);
});

test('the own addresses of a family are its subnets alone', () => {
  expect(ownAddresses({ subnets: [v4, v6] }, 'source', 'ipv6')).toEqual({
    kind: 'address',
    side: 'source',
    family: 'ipv6',
    blocks: [{ kind: 'prefix', address: 'fd00::', length: 64 }],
    negated: false,
  });
});

test('the host has the gateway of every subnet on the bridge', () => {
  expect(servedBridge({ bridge: 'virbr1', mtu: 1400, subnets: [v4, v6] })).toEqual({
    name: 'virbr1',
    mtu: 1400,
    addresses: [
      { family: 'ipv4', address: '10.0.0.1', length: 24 },
      { family: 'ipv6', address: 'fd00::1', length: 64 },
    ],
    uplinks: [],
  });
});

test('own sources are told that they may not leave, all others are dropped', () => {
  const rules = refuseLeaving({ subnets: [v4] }, 'closed');
  expect(rules.map(({ action, matches }) => [action.kind, matches.length])).toEqual([
    ['reject', 1],
    ['drop', 0],
  ]);
  expect(refuseLeaving({ subnets: [] }, 'closed').map(({ action }) => action.kind)).toEqual(['drop']);
});
