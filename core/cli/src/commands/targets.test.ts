import { expect, test } from 'vitest';
import { runWeir } from '../testing/run-weir.ts';

test('the targets are listed, the default one marked, and the running machine among them', async () => {
  const { code, stdout } = await runWeir(['targets'], { cwd: '/' });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^debian-12 .*\(default\)$/m);
  expect(stdout).toMatch(/^running /m);
});

test('the same list as JSON', async () => {
  const { stdout } = await runWeir(['targets', '--format', 'json'], { cwd: '/' });
  const { targets } = JSON.parse(stdout) as { readonly targets: readonly { readonly name: string }[] };
  expect(targets.map((target) => target.name)).toContain('debian-12');
});
