// What a missing requirement does: skip with a reason, fail where kernels are required, and skip even there when the other tier has the feature.
import { afterEach, expect, test, vi } from 'vitest';
import { has, lookFor, type ProbeTable, type Requirement, requirements, TIER } from './requirements.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const ALL: readonly Requirement[] = [
  'root',
  'nft',
  'bridge-ct',
  'br-netfilter',
  'qemu',
  'vlan-device',
  'bridge-reject',
];

test('nothing is missing where everything is there, and no reason is given', () => {
  const present = ALL.filter((need) => has(need));
  expect(requirements(present)).toMatchObject({ missing: false, reason: undefined });
  expect(requirements([])).toMatchObject({ missing: false });
});

const absent = (tier?: 1 | 2): ProbeTable => ({
  imaginary: { probe: () => false, ...(tier !== undefined && { tier }) },
});

test('what is not there is a reason to skip, and a failure where kernels are required', () => {
  const found = lookFor(['imaginary'], absent());
  expect(found.reason).toBe('imaginary is missing');
  vi.stubEnv('WEIR_REQUIRE_KERNEL', '');
  expect(found.missing).toBe(true);
  vi.stubEnv('WEIR_REQUIRE_KERNEL', '1');
  expect(() => found.missing).toThrow('WEIR_REQUIRE_KERNEL=1: imaginary is missing');
});

test('a kernel feature that the other tier has is skipped even where kernels are required, one of this tier is not', () => {
  vi.stubEnv('WEIR_REQUIRE_KERNEL', '1');
  const other = TIER === 1 ? 2 : 1;
  const elsewhere = lookFor(['imaginary'], absent(other));
  expect(elsewhere).toMatchObject({ coveredElsewhere: true, missing: true });
  expect(elsewhere.reason).toContain(`covered by tier ${other}`);
  expect(() => lookFor(['imaginary'], absent(TIER)).missing).toThrow('imaginary is missing');
});

test('one thing that is missing everywhere is not covered by a feature that is elsewhere', () => {
  vi.stubEnv('WEIR_REQUIRE_KERNEL', '1');
  const table = { ...absent(TIER === 1 ? 2 : 1), other: { probe: () => false } };
  expect(lookFor(['imaginary', 'other'], table).coveredElsewhere).toBe(false);
});
