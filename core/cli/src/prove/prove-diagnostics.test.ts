import type { Port } from '@weir/compiler';
import { expect, test } from 'vitest';
import { proveDiagnostics } from './prove-diagnostics.ts';
import type { ProveReport } from './prove-report.ts';

const span = { file: 'a.weir', start: 3, end: 9 };
const PORT: Port = {
  guest: 'web1',
  ifname: 'vnet0',
  labels: {},
  network: 'lan',
  mac: 1n,
  ipv4: [],
  ipv6: [],
  profile: 'web-1',
  span,
};

type Findings = ProveReport['ports'][number]['findings'];

/** What is said of one built-in claim with these findings. */
function saidOf(findings: Findings): ReturnType<typeof proveDiagnostics> {
  const ports = [{ id: 'source-mac', title: 'only its own MAC', findings }];
  const digests = { files: [], ruleset: '' };
  return proveDiagnostics({ target: 'debian-12', groups: [], profiles: 1, digests, ports });
}

test('what was not decided is an error at the port: prove/not-decided', () => {
  expect(saidOf([{ kind: 'undecided', profile: 'web-1', ports: [PORT], why: 'too complex' }])).toMatchObject([
    { code: 'prove/not-decided', severity: 'error', span, message: expect.stringContaining('too complex') },
  ]);
});

test('what a guard leaves open is a warning at the port: prove/port-open', () => {
  const witness = {} as Extract<Findings[number], { kind: 'refuted' }>['witness'];
  expect(saidOf([{ kind: 'refuted', profile: 'web-1', ports: [PORT], witness }])).toMatchObject([
    { code: 'prove/port-open', severity: 'warning', span, message: expect.stringContaining('web1 (vnet0)') },
  ]);
});

test('what was proved is not told, and neither is a profile without ports', () => {
  expect(
    saidOf([
      { kind: 'proved', profile: 'web-1', ports: [PORT] },
      { kind: 'undecided', profile: 'web-2', ports: [], why: 'too complex' },
    ]),
  ).toEqual([]);
});
