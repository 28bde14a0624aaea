import { expect, test } from 'vitest';
import { checkDocument } from '../check/document.ts';
import { readListing } from '../read/listing.ts';
import { stringifyDocument } from '../stringify.ts';
import { inNamespace, kernelSkipReason } from '../testing/kernel.ts';
import { statementDocument } from '../testing/sample-document.ts';
import { expressionSamples, statementSamples } from '../testing/samples.ts';
import { diverseDocuments } from '../testing/diverse.ts';
import type { NftDocument } from '../types/command.ts';
import { compareRulesets } from './compare.ts';

const hasKernel = kernelSkipReason === undefined;

function differencesInKernel(document: NftDocument): unknown {
  const run = inNamespace('cat | nft -j -f - && nft -j list ruleset', stringifyDocument(document));
  expect(run.stderr).toBe('');
  return compareRulesets(document, readListing(run.stdout));
}

for (const [name, document] of Object.entries(diverseDocuments)) {
  test.skipIf(!hasKernel)(`the kernel's listing of ${name} means what was written`, () => {
    expect(differencesInKernel(document)).toEqual([]);
  });
}

for (const [table, samples] of Object.entries({ statement: statementSamples, expression: expressionSamples })) {
  for (const [kind, sample] of Object.entries(samples)) {
    const isLoadable = hasKernel && sample.unloadable === undefined && sample.since === undefined;
    test.skipIf(!isLoadable)(`the kernel's listing of the ${table} ${kind} means what was written`, () => {
      expect(differencesInKernel(statementDocument(sample))).toEqual([]);
    });
  }
}

test('every document of the comparison passes the exact check for the floor', () => {
  for (const document of Object.values(diverseDocuments)) expect(checkDocument(document, '1.0.6')).toEqual([]);
});

test('rulesets that decide differently differ', () => {
  const texts = Object.entries(diverseDocuments).map(([name, document]) => [name, JSON.stringify(document)] as const);
  const changes: readonly (readonly [RegExp, string])[] = [
    [/"10\.0\.0\.1"/, '"10.0.0.2"'],
    [/"drop":null/, '"accept":null'],
    [/"dport"/, '"sport"'],
    [/"prio":0/, '"prio":1'],
    [/"policy":"drop"/, '"policy":"accept"'],
    [/"tcp"/, '"udp"'],
    [/"op":"=="/, '"op":"!="'],
    [/"timeout":60/, '"timeout":61'],
    [/"rate":10/, '"rate":11'],
  ];
  for (const [pattern, replacement] of changes) {
    const changed = texts.filter(([, text]) => pattern.test(text));
    const equal = changed.filter(
      ([, text]) => compareRulesets(JSON.parse(text), JSON.parse(text.replace(pattern, replacement))).length === 0,
    );
    expect(changed).not.toEqual([]);
    expect(equal.map(([name]) => `${name}: ${pattern}`)).toEqual([]);
  }
});

const listing = (flags: unknown): unknown => ({
  nftables: [
    { metainfo: { version: '1.1.4' } },
    { set: { family: 'ip', table: 't', name: 's', type: 'mark', handle: 3, flags } },
  ],
});

test('a listing with bare strings for lists of one reads like arrays', () => {
  expect(readListing(listing('interval')).objects).toEqual(readListing(listing(['interval'])).objects);
});

test('what is no listing is a problem and not an exception', () => {
  for (const text of ['', '{', '[]', '{"nftables": 1}', '{"nftables":[{"rack":{}}]}', '{"nftables":[null]}']) {
    expect(readListing(text).problems.length).toBeGreaterThan(0);
  }
});
