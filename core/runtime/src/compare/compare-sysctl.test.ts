import { expect, test } from 'vitest';
import { EMPTY_STATE } from '../state/state.ts';
import { compareSysctls } from './compare-sysctl.ts';

const FORWARD = { kind: 'sysctl', path: 'net/ipv4/ip_forward', value: '1', why: 'routing' } as const;
const RECORDED = { ...EMPTY_STATE, sysctls: [{ path: FORWARD.path, previous: '0', value: '1' }] };

test('a setting is written only when it differs', () => {
  expect(compareSysctls([FORWARD], new Map([[FORWARD.path, '0']]), EMPTY_STATE).write).toMatchObject([
    { value: '1', before: '0' },
  ]);
  expect(compareSysctls([FORWARD], new Map([[FORWARD.path, '1']]), EMPTY_STATE)).toMatchObject({
    write: [],
    settled: [{ result: 'kept' }],
  });
});

test('a setting that no plan wants goes back, unless somebody changed it since', () => {
  expect(compareSysctls([], new Map([[FORWARD.path, '1']]), RECORDED).restore).toMatchObject([{ value: '0' }]);
  expect(compareSysctls([], new Map([[FORWARD.path, '2']]), RECORDED)).toMatchObject({
    restore: [],
    settled: [{ result: 'left' }],
  });
  expect(compareSysctls([], new Map(), RECORDED)).toEqual({ settled: [], write: [], restore: [] });
});
