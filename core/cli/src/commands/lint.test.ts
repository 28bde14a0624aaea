import { expect, test } from 'vitest';
import { fileTree } from '../testing/file-tree.ts';
import { runWeir } from '../testing/run-weir.ts';

const SITE = (rules: string, rest = '') => `network lan { mode isolated; bridge br-lan; subnet 10.20.0.0/24 }
filter web(who: addresses = any) {
${rules}
}
guest web1 { interface vnet0 { network lan; mac 52:54:00:00:00:01; address 10.20.0.11; filter web } }
${rest}`;

const check = async (text: string, ...argv: readonly string[]) =>
  runWeir(['check', 'a.weir', ...argv], { cwd: fileTree({ 'a.weir': text }) });

interface Found {
  readonly code: string;
  readonly line: number;
  readonly labels: readonly { readonly line: number }[];
  readonly message: string;
}

async function linted(text: string): Promise<readonly Found[]> {
  const { stdout } = await check(text, '--format', 'json');
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Found[] };
  return diagnostics.filter(({ code }) => code.startsWith('lint/'));
}

const lines = (found: readonly Found[]) =>
  found.map(({ line, labels }) => [line, ...labels.map((label) => label.line)]);

test('a rule that an earlier one hides is told with that one, and whether they differ', async () => {
  const found = await linted(
    SITE('  in accept tcp port 1-1000\n  in drop tcp port 443\n  in accept tcp port 80 from 192.0.2.1'),
  );
  expect(lines(found)).toEqual([
    [4, 3],
    [5, 3],
  ]);
  expect(found.map(({ code }) => code)).toEqual(['lint/dead-rule', 'lint/dead-rule']);
  expect(found[0]?.message).toContain('not as it does');
  expect(found[1]?.message).toMatch(/, as it does$/);
});

test('rules that hide another between them are told, and none that is not needed', async () => {
  const rules = ['tcp port 1-100', 'tcp port 50', 'udp', 'tcp port 101-200', 'tcp port 60-150'];
  const found = await linted(SITE(rules.map((rule) => `  in accept ${rule}`).join('\n')));
  expect(lines(found)).toEqual([
    [4, 3],
    [7, 3, 6],
  ]);
});

test('limits, other families, one direction of two, and a shorter block hide nothing', async () => {
  for (const rules of [
    '  in accept tcp port 80 limit 5/second\n  in drop tcp port 80',
    '  in accept tcp port 80 from 0.0.0.0/0\n  in accept tcp port 80',
    '  out accept tcp port 80\n  inout accept tcp port 80',
    '  in accept tcp port 0-65535\n  in accept tcp',
    '  in accept tcp port 80 from 192.0.2.0/25\n  in drop tcp port 80 from 192.0.2.0/24',
  ])
    expect(await linted(SITE(rules)), rules).toEqual([]);
  const block = 'filter part {\n  in return tcp port 80\n}\n';
  expect(await linted(SITE('  use part\n  in accept tcp port 80', block))).toEqual([]);
});

test('a rule that is alive with other arguments somewhere is not told', async () => {
  const rules = '  in accept tcp port 80 from who\n  in drop tcp port 80 from 192.0.2.1';
  expect(lines(await linted(SITE(rules)))).toEqual([[4, 3]]);
  const other =
    'guest web2 { interface vnet1 { network lan; mac 52:54:00:00:00:02; address 10.20.0.12; filter web(who = 198.51.100.7) } }';
  expect(await linted(SITE(rules, other))).toEqual([]);
});

test('warnings do not fail a check, and can be left out', async () => {
  const text = SITE('  in accept tcp\n  in accept tcp port 80');
  const shown = await check(text);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('warning[lint/dead-rule]');
  expect((await check(text, '--no-lint')).stdout).not.toContain('lint/');
});

test('the first project is clean', async () => {
  const cwd = fileTree();
  await runWeir(['init', '.'], { cwd });
  expect((await runWeir(['check', '.'], { cwd })).stdout).not.toContain('lint/');
});
