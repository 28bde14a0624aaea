import { expect, test } from 'vitest';
import { spawnSync } from 'node:child_process';
import { stringifyDocument } from '@weir/nftables-json';
import type { NftDocument } from '@weir/nftables-json';
import { emit } from '../emit/emit.ts';
import type { Documents } from '../emit/documents.ts';
import { FIELDS } from '../policy/fields.ts';
import type { Match } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import type { PolicyRule, RuleOptions } from '../policy/rule.ts';
import { findTarget } from '../target/targets.ts';
import type { Target } from '../target/target.ts';
import { lower } from './lower.ts';
import {
  ACCEPT,
  ATTACHMENTS,
  CLEAN_GUARD,
  DROP,
  PASS,
  REJECT,
  WEB,
  all,
  any,
  filter,
  is,
  isNot,
  list,
  masked,
  not,
  port,
  profile,
  rule,
  sets,
  site,
  values,
} from './testing/sample-policy.ts';

const TARGET = findTarget('no-bridge-conntrack');
if (TARGET === undefined) throw new Error('the target without bridge conntrack is gone');

function run(script: string, input = ''): { readonly ok: boolean; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-ec', script], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return { ok: status === 0, stdout: stdout ?? '', stderr: stderr ?? '' };
}

const isHere = process.getuid?.() === 0 && run('nft list ruleset').ok;
if (!isHere && process.env['WEIR_REQUIRE_KERNEL'] === '1')
  throw new Error('kernel tests are required: root and nft are missing');
if (!isHere) process.stderr.write('kernel tests are skipped: not root, or nft does not run\n');

function documentsOf(policy: Policy, target: Target): Documents {
  const lowered = lower(policy, { target, attachments: ATTACHMENTS });
  expect(lowered.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const emitted = emit(lowered.value, { texts: new Map() });
  expect(emitted.diagnostics).toEqual([]);
  if (emitted.value === undefined) throw new Error('nothing was emitted');
  return emitted.value;
}

/** Loads documents one after the other in one namespace; gives the ruleset. */
function load(documents: readonly NftDocument[]): string {
  const files = documents.map((document) => stringifyDocument(document).replaceAll('\n', ' '));
  const result = run(
    'while read -r line; do printf "%s" "$line" | nft -j -f -; done; nft -s list ruleset',
    `${files.join('\n')}\n`,
  );
  expect(result.stderr).toBe('');
  expect(result.ok).toBe(true);
  return result.stdout;
}

/** WHY: a listing shows the elements of a set in the order of their hashes. */
function normal(listing: string): string {
  return listing
    .replaceAll(
      /elements = \{([^}]*)\}/g,
      (_, elements: string) =>
        `elements = { ${elements
          .split(',')
          .map((one) => one.trim())
          .toSorted()
          .join(', ')} }`,
    )
    .replaceAll(/# handle \d+/g, '');
}

/** The ruleset loaded whole, in pieces with the ports in another order, and in pieces of which some come twice. */
function everyWay(documents: Documents): { readonly whole: string; readonly pieces: string; readonly again: string } {
  const whole = normal(load([documents.ruleset]));
  const profiles = [...documents.profiles.values()];
  const ports = [...documents.interfaces.values()];
  expect(whole).toContain('table bridge weir');
  return {
    whole,
    // Chains are listed in the order in which they were made, so profiles stand in a fixed order here.
    pieces: normal(load([documents.host, ...profiles, ...ports.toReversed()])),
    again: normal(load([documents.host, ...profiles, ...ports, ...ports, ...profiles])),
  };
}

test.skipIf(!isHere)('a site with carried state loads whole and in pieces, and both are the same', () => {
  const { whole, pieces, again } = everyWay(documentsOf(site(6), TARGET));
  expect(pieces).toBe(whole);
  expect(again).toBe(whole);
});

test.skipIf(!isHere)('ports with ranges and with any address load in every way', () => {
  const own = { ipv4: { single: true, ranges: true }, ipv6: { single: true, ranges: true } };
  const ranged = profile('ranged', [WEB], { own });
  const base = site(2);
  // Addresses next to each other in an interval set, each from another port.
  const second = port(2, 'web-0');
  const spread = [
    port(3, 'web-0'),
    port(4, 'web-0', { ipv4: values('10.20.9.0/28') }),
    port(5, 'web-0'),
    port(6, 'web-0'),
  ];
  const ports = [
    ...base.ports,
    second,
    ...spread,
    port(7, 'ranged', {
      ipv4: values('10.20.7.0/28', '10.20.8.1', '10.20.8.5-10.20.8.9'),
      ipv6: values('fd00:7::/64', 'fd00:8::1'),
    }),
    port(8, 'ranged', { ipv4: values('0.0.0.0/0'), ipv6: values('::/0') }),
  ];
  const { whole, pieces, again } = everyWay(
    documentsOf(
      { ...base, ports, sets: sets([...base.ports, second, ...spread]), profiles: [...base.profiles, ranged] },
      TARGET,
    ),
  );
  expect(pieces).toBe(whole);
  expect(again).toBe(whole);
});

test.skipIf(!isHere)('a routed tap loads beside bridge ports, with reject and connection tracking of its own', () => {
  const base = site(2);
  const { guard: _none, ...tap } = profile('tap', [WEB], { attachment: 'routed-tap' });
  const policy = { ...base, profiles: [...base.profiles, tap], ports: [...base.ports, port(9, 'tap')] };
  const { whole, pieces, again } = everyWay(documentsOf(policy, TARGET));
  expect(pieces).toBe(whole);
  expect(again).toBe(whole);
});

/** A rule for each field and each way of asking for it. */
function everyField(): readonly PolicyRule[] {
  const fields = [...FIELDS.keys(), 'tcp.option.77'].filter((id) => !id.startsWith('connection.'));
  const plain = fields.map((id) => (FIELDS.get(id)?.type.kind === 'flag' ? is(id, 1) : is(id, 0, '2-3')));
  const maskable = fields.filter(
    (id) => /type|mark|flags|^ip6?\.(source|destination)|^ether|-mac$/.test(id) && !id.includes('icmpv6.target'),
  );
  const matches: readonly Match[] = [
    ...plain,
    ...plain.map((one) => ({ ...one, negated: true })),
    ...plain.map((one) => not(one)),
    ...maskable.map((id) => masked(id, 3n, 1, 2)),
    is('connection.state', 2, 4),
    is('connection.state', 8),
    ...[8, 13, 32, 48, 128].map((bits) => is({ kind: 'payload', base: 'transport', offset: 64, bits }, 7)),
    is({ kind: 'payload', base: 'link', offset: 0, bits: 16 }, 7),
    isNot({ kind: 'payload', base: 'network', offset: 0, bits: 4 }, 4),
    all(is('icmpv6.target', 'fe80::/10'), isNot('icmpv6.code', 3)),
  ];
  return matches.map((match) => rule(DROP, match));
}

test.skipIf(!isHere)('every field loads in every way of asking for it', () => {
  const guard = { name: 'all', in: list(PASS, ...everyField()), out: list(PASS, ...everyField()) };
  const policy = { ...site(0), ports: [port(1, 'all')], profiles: [profile('all', [], { guard })] };
  expect(load([documentsOf(policy, TARGET).ruleset])).toContain('chain all-out');
});

test.skipIf(!isHere)('every option loads', () => {
  const limit = { amount: 3, unit: 'kbytes', per: 'minute', burst: 9, over: true } as const;
  const options: readonly RuleOptions[] = [
    { limit, quota: { over: false, bytes: 10_000_000_000 }, count: true, mark: 0x42, dscp: 10 },
    { quota: { over: true, bytes: 5 }, log: { prefix: 'a b', group: 3 }, count: 'shared' },
    { log: {}, count: 'shared', connections: { over: 5, perSource: false } },
    { connections: { over: 5, perSource: true }, dscp: 46 },
  ];
  const rules = options.map((one) => rule(ACCEPT, any(is('tcp.destination', 1), is('udp.destination', 2)), one));
  const { guard: _none, ...tap } = profile('tap', [filter(list(REJECT, ...rules), list(REJECT, ...rules))], {
    attachment: 'routed-tap',
  });
  const documents = documentsOf({ ...site(0), ports: [port(1, 'tap')], profiles: [tap] }, TARGET);
  const { whole, pieces, again } = everyWay(documents);
  expect(pieces).toBe(whole);
  expect(again).toBe(whole);
});

test('every named target takes the documents by the exact schema of its nft', () => {
  for (const name of ['debian-12', 'debian-13', 'ubuntu-24.04', 'no-bridge-conntrack']) {
    const target = findTarget(name);
    if (target === undefined) throw new Error(`no target ${name}`);
    expect(documentsOf(site(4), target).profiles.size).toBe(2);
  }
  expect(CLEAN_GUARD.out.nodes.length).toBeGreaterThan(5);
});
