import { expect, test } from 'vitest';
import { formatReport, type Action, type ApplyReport } from './report.ts';

const REPORT: ApplyReport = {
  format: 1,
  outcome: 'applied',
  changed: true,
  actions: [
    { subject: 'bridge', name: 'br0', result: 'kept', text: 'bridge br0' },
    { subject: 'port', name: 'vnet0', result: 'absent', text: 'port vnet0 does not exist yet' },
    { subject: 'address', name: 'br0', result: 'done', text: 'address 192.0.2.1/24 on br0' },
  ],
  problems: [{ code: 'runtime/leftover', message: 'something', detail: 'a\nb\n', help: 'do' }],
  elsewhere: [{ network: 'lan', route: { family: 'ipv4', prefix: '192.0.2.0/24', via: '198.51.100.2' } }],
};

test('a report tells what was done, what is absent, what is wrong, and how it ended', () => {
  expect(formatReport(REPORT)).toEqual([
    'done    address 192.0.2.1/24 on br0',
    'absent  port vnet0 does not exist yet',
    'kept    1 found as they should be',
    'elsewhere: network lan needs a route to 192.0.2.0/24 via 198.51.100.2 on the outside router',
    'error[runtime/leftover]: something',
    '  | a',
    '  | b',
    '  help: do',
    'applied',
  ]);
});

test('long lists are counted', () => {
  const actions = Array.from({ length: 20 }, (_, index): Action => ({
    subject: 'port',
    name: `v${index}`,
    result: 'done',
    text: `port v${index}`,
  }));
  expect(formatReport({ ...REPORT, actions, problems: [], elsewhere: [] })).toHaveLength(14);
});
