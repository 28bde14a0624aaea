import { expect, test } from 'vitest';
import { fc } from '@fast-check/vitest';
import { CAPABILITIES, type Capabilities, type Capability, NFT_VERSIONS } from '@weir/nftables-json';
import type { Attachment } from '@weir/plugin';
import { checkMarks, DEFAULT_MARKS } from './mark-bits.ts';
import { targetFromProbe } from './running.ts';
import { canReject, stateSource } from './state-source.ts';
import { DEFAULT_TARGET, findTarget, targetNames, TARGETS } from './targets.ts';

const BRIDGE: Attachment = {
  name: 'bridge',
  doc: '',
  family: 'bridge',
  prefix: '',
  layer: 'link',
  conntrack: 'by-target',
  reject: 'by-target',
  rejectDirections: ['out'],
  hooks: [],
};

function capabilities(nft: string, yes: readonly Capability[], brNetfilter: boolean): Capabilities {
  const can = Object.fromEntries(CAPABILITIES.map((name) => [name, yes.includes(name)]));
  return { nft, can: can as Record<Capability, boolean>, brNetfilter };
}

test('targets are sorted, found by name, and written for a known nft with sound marks', () => {
  expect(targetNames()).toEqual([...new Set(targetNames())].toSorted());
  for (const target of TARGETS) {
    expect(findTarget(target.name)).toBe(target);
    expect(NFT_VERSIONS).toContain(target.nft);
    expect(checkMarks(target.marks)).toEqual([]);
  }
  expect(findTarget('debian-1')).toBeUndefined();
});

test('the default target is written for the oldest nft', () => {
  expect(findTarget(DEFAULT_TARGET)?.nft).toBe(NFT_VERSIONS[0]);
});

test('connection state comes from the kernel, else in marks, else not at all', () => {
  const base = targetFromProbe(capabilities('1.0.6', [], false));
  const carried = targetFromProbe(capabilities('1.0.6', ['conntrack'], true));
  const full = targetFromProbe(capabilities('1.0.6', ['bridgeConntrack', 'conntrack'], true));
  expect([base, carried, full].map((target) => stateSource(BRIDGE, target))).toEqual(['none', 'carried', 'conntrack']);
  expect(stateSource({ ...BRIDGE, family: 'inet', conntrack: 'always' }, base)).toBe('conntrack');
});

test('br_netfilter without connection tracking carries nothing', () => {
  expect(stateSource(BRIDGE, targetFromProbe(capabilities('1.0.6', [], true)))).toBe('none');
});

test('a probed nft is written for as the newest known release that it includes', () => {
  const versions = ['1.0.6', '1.0.6.1', '1.0.9', '1.1.3', '1.1.5', '1.1.6', '1.0.2'];
  expect(versions.map((nft) => targetFromProbe(capabilities(nft, [], false)).nft)).toEqual([
    '1.0.6',
    '1.0.6.1',
    '1.0.6',
    '1.1.3',
    '1.1.3',
    '1.1.6',
    '1.0.6',
  ]);
});

test('four different single bits are the only marks without a problem', () => {
  const bit = fc.nat(31).map((at) => 2 ** at);
  fc.assert(
    fc.property(fc.tuple(bit, bit, bit, bit), ([established, invalid, stack, answer]) => {
      const distinct = new Set([established, invalid, stack, answer]).size === 4;
      expect(checkMarks({ established, invalid, stack, answer }).length === 0).toBe(distinct);
    }),
  );
});

test('a mark of no bit, of several, beyond 32 bits or no integer is named', () => {
  for (const value of [0, 3, -1, 2 ** 32, 0.5, Number.NaN]) {
    const found = checkMarks({ ...DEFAULT_MARKS, stack: value });
    expect(found.map((diagnostic) => diagnostic.code)).toEqual(['target/mark-not-one-bit']);
    expect(found[0]?.message).toContain('`stack`');
  }
});

test('a refusal is answered only in directions and on kernels that can', () => {
  const able = targetFromProbe(capabilities('1.0.6', ['bridgeReject'], true));
  const unable = targetFromProbe(capabilities('1.0.6', [], true));
  expect([canReject(BRIDGE, able, 'out'), canReject(BRIDGE, able, 'in')]).toEqual([true, false]);
  expect(canReject(BRIDGE, unable, 'out')).toBe(false);
  expect(canReject({ ...BRIDGE, reject: 'always' }, unable, 'out')).toBe(true);
  expect(canReject({ ...BRIDGE, reject: 'never' }, able, 'out')).toBe(false);
});

test('two marks on one bit are named together', () => {
  const found = checkMarks({ ...DEFAULT_MARKS, answer: DEFAULT_MARKS.stack });
  expect(found.map(({ code }) => code)).toEqual(['target/shared-mark-bit']);
  expect(found[0]?.message).toContain('`stack` and `answer`');
});
