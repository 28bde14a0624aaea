import type { Policy, Port } from '@weir/compiler';
import { expect, test } from 'vitest';
import { NO_EFFECTS } from '../outcome.ts';
import { validationDiagnostics } from './diagnostics.ts';
import type { ValidationFailure, Witness } from './validate.ts';

const POLICY: Policy = {
  ports: [],
  profiles: [],
  sets: [],
  networks: [],
  hostAddresses: { ipv4: [], ipv6: [] },
};

test('what is too complex is a warning, what cannot be read an error: analysis/not-validated, analysis/unreadable-ruleset', () => {
  const failures: readonly ValidationFailure[] = [
    { kind: 'too-complex', profile: 'web-1', direction: 'in', budget: 1000 },
    { kind: 'unreadable', profile: undefined, what: 'a stranger' },
  ];
  expect(validationDiagnostics(POLICY, failures)).toMatchObject([
    { code: 'analysis/not-validated', severity: 'warning', message: expect.stringContaining('1000 nodes') },
    { code: 'analysis/unreadable-ruleset', severity: 'error', message: expect.stringContaining('a stranger') },
  ]);
});

const span = { file: 'a.weir', start: 3, end: 9 };
const PORT: Port = {
  guest: 'web',
  ifname: 'vnet0',
  labels: {},
  network: 'lan',
  mac: 1n,
  ipv4: [],
  ipv6: [],
  profile: 'web-1',
  span,
};

test('a difference names both verdicts, the frame, and the rule that was written: analysis/miscompiled', () => {
  const witness: Witness = {
    port: PORT,
    packet: {
      bytes: new Uint8Array([0xab, 0x01]),
      protocol: undefined,
      transport: undefined,
      hasFragmentHeader: false,
      state: 8,
      mark: 16,
      packetType: 3,
      port: PORT,
      oracle: () => true,
    },
    isConfirmed: true,
    policy: { outcome: { verdict: 'drop', effects: NO_EFFECTS }, origin: { span, item: 'filter web', statement: 1 } },
    ruleset: { outcome: { verdict: 'accept', effects: NO_EFFECTS }, rule: 'web-1-in 3' },
  };
  const [found] = validationDiagnostics(POLICY, [{ kind: 'differs', profile: 'web-1', direction: 'in', witness }]);
  expect(found).toMatchObject({ code: 'analysis/miscompiled', severity: 'error', span });
  expect(found?.message).toMatch(/`web-1`.+`drop`.+`accept`/);
  expect(found?.help).toContain('frame ab01 at vnet0; state 8, mark 0x10; web-1-in 3');
});
