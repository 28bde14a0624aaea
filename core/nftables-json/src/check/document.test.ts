import { anything, assert as hold, property } from 'fast-check';
import { expect, test } from 'vitest';
import { commandDocument, statementDocument } from '../testing/sample-document.ts';
import { commandSamples, expressionSamples, objectSamples, statementSamples } from '../testing/samples.ts';
import type { Command } from '../types/command.ts';
import { COMMAND_KINDS, EXPRESSION_KINDS, OBJECT_KINDS, STATEMENT_KINDS } from '../types/kind.ts';
import type { NftVersion } from '../version.ts';
import { NFT_VERSIONS, isAtLeast } from '../version.ts';
import { checkDocument } from './document.ts';

const codes = (document: unknown, version: NftVersion = '1.1.6'): readonly string[] =>
  checkDocument(document, version).map(({ code }) => code);

test('every kind has samples, and every sample has a refused neighbour', () => {
  expect(Object.keys(statementSamples).toSorted()).toEqual(STATEMENT_KINDS.filter((kind) => kind !== 'xt').toSorted());
  expect(Object.keys(expressionSamples).toSorted()).toEqual(EXPRESSION_KINDS.toSorted());
  expect(Object.keys(objectSamples).toSorted()).toEqual(OBJECT_KINDS.toSorted());
  expect(Object.keys(commandSamples).toSorted()).toEqual(COMMAND_KINDS.toSorted());
  for (const table of [statementSamples, expressionSamples, objectSamples, commandSamples]) {
    for (const sample of Object.values(table)) expect(sample.bad.length).toBeGreaterThan(0);
  }
});

for (const [table, samples] of Object.entries({ statement: statementSamples, expression: expressionSamples })) {
  for (const [kind, sample] of Object.entries(samples)) {
    test(`the ${table} ${kind} is accepted where the release has it and refused when wrong`, () => {
      const since = sample.since ?? '1.0.6';
      const verdicts = NFT_VERSIONS.map((version) =>
        codes(statementDocument(sample), version).includes('needs-version'),
      );
      expect(verdicts).toEqual(NFT_VERSIONS.map((version) => !isAtLeast(version, since)));
      expect(codes(statementDocument(sample), '1.1.6')).toEqual([]);
      expect(codes(statementDocument(sample), since)).toEqual([]);
      expect(sample.bad.filter((bad) => codes(statementDocument(sample, bad)).length === 0)).toEqual([]);
    });
  }
}

for (const [table, samples] of Object.entries({ object: objectSamples, command: commandSamples })) {
  for (const [kind, sample] of Object.entries(samples)) {
    test(`the ${table} ${kind} is accepted where the release has it and refused when wrong`, () => {
      const since = sample.since ?? '1.0.6';
      const verdicts = NFT_VERSIONS.map((version) => codes(commandDocument(sample), version).includes('needs-version'));
      expect(verdicts).toEqual(NFT_VERSIONS.map((version) => !isAtLeast(version, since)));
      expect(codes(commandDocument(sample), '1.1.6')).toEqual([]);
      expect(codes(commandDocument(sample), since)).toEqual([]);
      expect(sample.bad.filter((bad) => codes(commandDocument(sample, bad)).length === 0)).toEqual([]);
    });
  }
}

const set = (extra: object): unknown => ({
  nftables: [{ add: { set: { family: 'inet', table: 't', name: 's', type: 'ipv4_addr', ...extra } } }],
});

test('a problem names the path and the pointer of its node', () => {
  const problems = checkDocument(set({ flags: ['interval', 'dynamik'] }), '1.1.6');
  expect(problems).toEqual([
    {
      path: ['nftables', 0, 'add', 'set', 'flags', 1],
      pointer: '/nftables/0/add/set/flags/1',
      code: 'unknown-word',
      message: '`dynamik` is none of constant, interval, timeout, dynamic',
    },
  ]);
});

test('what a release reads differently is refused for that release only', () => {
  const cases: readonly (readonly [unknown, NftVersion])[] = [
    [set({ flags: ['dynamic'] }), '1.0.6.1'],
    [set({ flags: ['interval'], 'auto-merge': true }), '1.0.6.1'],
    [set({ type: { typeof: { meta: { key: 'mark' } } } }), '1.0.6.1'],
    [{ nftables: [{ add: { table: { family: 'inet', name: 't', flags: ['dormant'] } } }] }, '1.1.3'],
    [{ nftables: [{ add: { table: { family: 'inet', name: 't', comment: 'x' } } }] }, '1.0.6.1'],
    [
      {
        nftables: [
          { add: { map: { family: 'ip', table: 't', name: 'm', type: 'mark', map: ['ipv4_addr', 'inet_service'] } } },
        ],
      },
      '1.0.6.1',
    ],
    [
      {
        nftables: [
          {
            add: {
              chain: {
                family: 'netdev',
                table: 't',
                name: 'c',
                type: 'filter',
                hook: 'ingress',
                prio: 0,
                dev: ['a', 'b'],
              },
            },
          },
        ],
      },
      '1.0.6.1',
    ],
    [
      statementDocument({
        ...expressionSamples.meta,
        good: { match: { op: '==', left: { payload: { protocol: 'icmpv6', field: 'taddr' } }, right: 'fe80::1' } },
      }),
      '1.1.3',
    ],
  ];
  for (const [document, since] of cases) {
    for (const version of NFT_VERSIONS) {
      const expected = isAtLeast(version, since) ? [] : ['needs-version'];
      expect(codes(document, version), `${JSON.stringify(document)} for ${version}`).toEqual(expected);
    }
  }
});

test('a key may come again once it was deleted, but not twice in one map', () => {
  const place = { family: 'inet', table: 't', name: 'm' } as const;
  const map: Command = { add: { map: { ...place, type: 'ifname', map: 'verdict', elem: [['a', { drop: null }]] } } };
  const again: Command = { add: { element: { ...place, elem: [['a', { accept: null }]] } } };
  const gone: Command = { delete: { element: { ...place, elem: ['a'] } } };
  expect(codes({ nftables: [map, again] })).toEqual(['duplicate-key']);
  expect(codes({ nftables: [map, gone, again] })).toEqual([]);
});

test('elements are checked against the type their set declares', () => {
  const place = { family: 'inet', table: 't', name: 's' } as const;
  const declare: Command = { add: { set: { ...place, type: ['ifname', 'ether_addr', 'ipv6_addr'] } } };
  const elements = (...parts: readonly unknown[]): unknown => ({
    nftables: [declare, { add: { element: { ...place, elem: [{ concat: parts }] } } }],
  });
  expect(codes(elements('vnet0', '52:54:00:00:00:01', 'fe80::1'))).toEqual([]);
  expect(codes(elements('vnet0', '52:54:00:00:00:01', 'fe80:0::1'))).toEqual(['not-canonical']);
  expect(codes(elements('tcp', '52:54:00:00:00:01', 'fe80::1'))).toEqual(['constant-name']);
  expect(codes(elements('vnet0', 'fe80::1', '52:54:00:00:00:01'))).toEqual(['not-canonical', 'not-canonical']);
});

test('nothing makes the check throw', () => {
  const oddities = [
    null,
    undefined,
    1,
    'x',
    [],
    {},
    { nftables: null },
    { nftables: [null, [], 1, {}, { add: null }, { add: { set: null } }] },
  ];
  for (const oddity of oddities) expect(checkDocument(oddity, '1.0.6').length > 0 || oddity === undefined).toBe(true);
});

test('40,000 elements are checked well under 300 ms', () => {
  const elem = Array.from({ length: 40_000 }, (_, i) => ({
    concat: [
      `vnet${i}`,
      `52:54:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`,
      `2001:db8::${(i + 1).toString(16).slice(-4)}`,
    ],
  }));
  const document = set({ type: ['ifname', 'ether_addr', 'ipv6_addr'], elem });
  checkDocument(document, '1.0.6');
  const start = performance.now();
  const problems = checkDocument(document, '1.0.6');
  const elapsed = performance.now() - start;
  expect(problems).toEqual([]);
  expect(elapsed).toBeLessThan(300);
});

test('no value anywhere in a document makes the check throw', () => {
  const documents = [
    ...Object.values(expressionSamples).map((sample) => statementDocument(sample)),
    ...Object.values(objectSamples).map((sample) => commandDocument(sample)),
  ].map((document) => JSON.stringify(document));
  const leaves = documents.flatMap((text) =>
    [...text.matchAll(/:(?:"[^"]*"|\d+|null|\[[^[\]]*\])/g)].map((match) => ({ text, match })),
  );
  const damaged = property(anything(), (value) => {
    const json =
      JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)) ?? '1.5';
    for (const { text, match } of leaves) {
      const broken = `${text.slice(0, match.index)}:${json}${text.slice(match.index + match[0].length)}`;
      checkDocument(JSON.parse(broken), '1.0.6');
    }
  });
  expect(() =>
    hold(damaged, { numRuns: 20, examples: [[1.5], [-1], [''], ['@x'], ['*'], [[]], [{}], [null]] }),
  ).not.toThrow();
});

test('overlapping intervals are refused unless the set joins them', () => {
  const elem = [{ prefix: { addr: '10.0.0.0', len: 8 } }, '11.0.0.1', { range: ['10.5.0.0', '10.6.0.0'] }];
  expect(checkDocument(set({ flags: ['interval'], elem }), '1.0.6').map(({ pointer }) => pointer)).toEqual([
    '/nftables/0/add/set/elem/2',
  ]);
  expect(codes(set({ flags: ['interval'], 'auto-merge': true, elem }))).toEqual([]);
});
