import { test } from 'vitest';
import { findTarget } from '../target/targets.ts';
import { emit } from './emit.ts';
import { lower } from '../lower/lower.ts';
import { checkDocuments } from './check-documents.ts';
import { checkDocument, stringifyDocument } from '@weir/nftables-json';
import { digestOf } from './files.ts';
import { allInterfaceCommands, interfaceCommands } from './division.ts';
import { writeManifest } from './manifest.ts';
import { settleDynamicSets } from './dynamic-set.ts';
import { ATTACHMENTS, site } from '../lower/testing/sample-policy.ts';
test('bench', () => {
  for (const profiles of [2, 300]) {
  const policy = site(10000, profiles);
  const time = <T>(n: string, f: () => T): T => { const a = performance.now(); const r = f(); console.log(n, (performance.now() - a).toFixed(0)); return r; };
  for (let i = 0; i < 2; i++) {
    const l = time('lower', () => lower(policy, {target: findTarget('debian-12')!, attachments: ATTACHMENTS})).value;
    const v = time('emit', () => emit(l, { texts: new Map() })).value!;
    console.log('made', stringifyDocument(v.ruleset).length, l.interfaces[7]!.elements.length, JSON.stringify(v.interfaces.get(l.interfaces[7]!.ifname)));
    time('check all', () => checkDocuments(l, v));
    time('check ruleset', () => checkDocument(v.ruleset, '1.0.6'));
    time('settle', () => settleDynamicSets(l));
    time('batches', () => allInterfaceCommands(l.interfaces));
    time('interfaces', () => l.interfaces.map(interfaceCommands));
    time('digest ruleset', () => digestOf(stringifyDocument(v.ruleset)));
    time('digest interfaces', () => [...v.interfaces.values()].map((d) => digestOf(stringifyDocument(d))));
    time('manifest', () => writeManifest(l, new Map(), v.manifest.digests));
  }}
});
