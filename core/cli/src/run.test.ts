import { expect, test } from 'vitest';
import { fileTree } from './testing/file-tree.ts';
import { runWeir } from './testing/run-weir.ts';
import { COMMANDS } from './program.ts';
import type { HostRuntime } from './host/runtime.ts';
import { VERSION } from './version.ts';

test('the version goes to stdout', async () => {
  expect(await runWeir(['--version'], { cwd: '/' })).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
});

test('help lists every command, and every command has help with examples', async () => {
  const { code, stdout } = await runWeir(['--help'], { cwd: '/' });
  const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)]
    .map((found) => found[1] ?? '')
    .filter((name) => name !== 'help');
  expect(code).toBe(0);
  expect(names).toHaveLength(COMMANDS.length);
  const texts = await Promise.all(names.map((name) => runWeir([name, '--help'], { cwd: '/' })));
  expect(texts.map((ran) => [ran.code, ran.stdout.includes('\nExamples:\n  weir '), ran.stderr])).toEqual(
    names.map(() => [0, true, '']),
  );
});

test('wrong usage ends with 2, one line on stderr and nothing on stdout', async () => {
  const cwd = fileTree({ 'a.weir': '', 'empty/': '' });
  const wrong: readonly (readonly [args: readonly string[], says: string])[] = [
    [['chekc', '.'], '(Did you mean check?)'],
    [['check'], "missing required argument 'paths'"],
    [['check', '.', '--format', 'junit'], 'Allowed choices are text, json, github, sarif'],
    [['check', '.', '--nope'], "unknown option '--nope'"],
    [['check', 'gone'], 'there is no file or directory `gone`'],
    [['check', '/dev/null'], 'neither a file nor a directory'],
    [['check', 'empty'], 'there are no `.weir` files in `empty`'],
    [['check', '.', '--target', 'debian-21'], 'unknown target `debian-21`'],
    [['compile', '.', '-o', 'a.weir'], '`a.weir` exists and is not a directory'],
    [['compile', '.', '-o', '.'], 'holds other files than'],
    [['compile', '.', '-o', 'out', '--interface', 'vnet0'], '`--interface` prints to stdout'],
    [['apply'], 'name rule files or directories'],
    [['apply', '.', '--from', 'out'], '`--from` goes without paths'],
    [['apply', '--from', 'out'], 'cannot read `out/manifest.json`: there is no such file'],
    [['--log-level', 'loud', 'check', '.'], 'Allowed choices are'],
  ];
  for (const [args, says] of wrong) {
    const ran = await runWeir(args, { cwd });
    expect({ args, code: ran.code, stdout: ran.stdout, says: ran.stderr.includes(says) }).toEqual({
      args,
      code: 2,
      stdout: '',
      says: true,
    });
  }
});

test('no command at all prints the help and is wrong usage', async () => {
  const ran = await runWeir([], { cwd: '/' });
  expect(ran.code).toBe(2);
  expect(ran.stdout).toBe('');
  expect(ran.stderr).toContain('Usage: weir');
});

test('paths with control characters do not reach the terminal', async () => {
  const ran = await runWeir(['check', 'x\u001b[2J'], { cwd: fileTree() });
  expect(ran.stderr).toBe('weir: there is no file or directory `x␛[2J`\n');
});

test('a fault of Weir itself ends with 3, asks for a report, and shows the stack only when debugging', async () => {
  const cwd = fileTree({
    'out/manifest.json': '{"format":1}',
    'out/topology.json': '{"format":1,"networks":[]}',
    'out/ruleset.json': '{"nftables":[]}',
  });
  const runtime = {
    applyHost: () => Promise.reject(new TypeError('broken\u0007 invariant')),
  } as unknown as HostRuntime;
  const quiet = await runWeir(['apply', '--from', 'out'], { cwd, runtime });
  expect(quiet).toEqual({
    code: 3,
    stdout: '',
    stderr:
      'weir: this is a fault of Weir itself: broken␇ invariant\n' +
      '  help: please report it with the rule files and the output of `weir --log-level debug …`\n',
  });
  const loud = await runWeir(['--log-level', 'debug', 'apply', '--from', 'out'], { cwd, runtime });
  expect(loud.code).toBe(3);
  expect(loud.stderr).toContain('run.test.ts');
});
