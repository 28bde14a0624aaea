import { expect, test } from 'vitest';
import { compilePolicy } from './compile.ts';
import { ATTACHMENTS, site } from './lower/testing/sample-policy.ts';
import { documentFiles } from './emit/files.ts';
import { TARGETS } from './target/targets.ts';

const [target] = TARGETS;
if (!target) throw new Error('there are no targets');
const env = { target, attachments: ATTACHMENTS, texts: new Map<string, string>() };

test('a policy becomes documents on every target', () => {
  for (const one of TARGETS) {
    const { value, diagnostics } = compilePolicy(site(4), { ...env, target: one });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(value?.interfaces.size).toBe(4);
    expect(value?.manifest.target.name).toBe(one.name);
  }
});

test('the order of lists in a policy does not show in a single byte', () => {
  const policy = site(5);
  const turned = { ...policy, ports: policy.ports.toReversed(), profiles: policy.profiles.toReversed() };
  const files = [policy, turned].map((one) => {
    const { value } = compilePolicy(one, env);
    return value ? [...documentFiles(value)] : [];
  });
  expect(files[0]?.length).toBeGreaterThan(8);
  expect(files[1]).toEqual(files[0]);
});

test('an error of the lowering leaves no documents', () => {
  const marks = { ...target.marks, stack: 3 };
  const { value, diagnostics } = compilePolicy(site(1), { ...env, target: { ...target, marks } });
  expect(value).toBeUndefined();
  expect(diagnostics.map(({ code }) => code)).toContain('target/mark-not-one-bit');
});
