import { expect, test } from 'vitest';
import type { BridgeStep } from '../plan/step.ts';
import { compareBridge } from './compare-bridge.ts';

const step = (device: string, pinned = true): BridgeStep => ({ kind: 'bridge', network: 'front', device, pinned });

const macOf = (one: BridgeStep): string | undefined =>
  /address (\S+)/.exec(JSON.stringify(compareBridge(one, new Map())))?.[1];

test('a pinned bridge gets the same locally administered unicast address every time, another name another one', () => {
  const mac = macOf(step('br0'));
  expect(mac).toMatch(/^.[26ae](:[0-9a-f]{2}){5}$/);
  expect(macOf(step('br0'))).toBe(mac);
  expect(macOf(step('br1'))).not.toBe(mac);
});

test('a bridge with an uplink takes the address of its ports', () => {
  expect(macOf(step('br0', false))).toBeUndefined();
});
