/**
 * The `assert` items of all files, and the promises of the networks' modes.
 *
 * In: the items and the names around them. Out: groups of claims, the files' first, then the networks' in their order.
 * Guaranteed: every problem of every claim is reported; what is wrong is left out; sets that only claims name are no part
 * of the policy.
 */
import { type AssertItem, parseClaim } from '@weir/grammar';
import type { NetworkDeclaration } from '../../model/inventory.ts';
import type { ClaimGroup } from '../../policy/claim.ts';
import type { Environment, World } from '../environment.ts';
import { Report, spanOf } from '../report.ts';
import { SetRegistry } from '../set-registry.ts';
import { brokenGuarantee, emptyAssert, titleTwice } from './findings.ts';
import { resolveClaim } from './resolve-claim.ts';

export interface AssertPlace {
  readonly file: string;
  readonly item: AssertItem;
}

/** `shared`: names that more than one file declares a set by. */
export function resolveClaims(
  asserts: readonly AssertPlace[],
  world: World,
  shared: ReadonlySet<string>,
): readonly ClaimGroup[] {
  const own: World = {
    ...world,
    sets: new SetRegistry(shared),
    selections: new Map(),
    cache: new Map(),
    meansEnds: true,
  };
  reportTitles(asserts, world);
  const written = asserts.flatMap(({ file, item }) => {
    const env: Environment = { world: own, file, params: new Map() };
    if (item.claims.length === 0 && item.broken !== true) world.report.add(emptyAssert(spanOf(file, item), {}));
    const claims = item.claims.flatMap((claim) => resolveClaim(claim, env) ?? []);
    return claims.length === 0 ? [] : [{ title: item.title.value, span: spanOf(file, item), claims }];
  });
  return [...written, ...world.inventory.networks.flatMap((network) => promisesOf(network, own))];
}

function reportTitles(asserts: readonly AssertPlace[], { report }: World): void {
  const titles = new Map<string, AssertPlace>();
  for (const { file, item } of asserts) {
    const first = titles.get(item.title.value);
    if (first === undefined) titles.set(item.title.value, { file, item });
    else {
      const labels = [{ span: spanOf(first.file, first.item.title), text: 'the first one' }];
      report.add(titleTwice(spanOf(file, item.title), { title: item.title.value, labels }));
    }
  }
}

/** The file that stands for a promise's text, and its places. */
const PROMISE_FILE = '<guarantee>';

function promisesOf({ view, mode, plugin, guarantees }: NetworkDeclaration, world: World): readonly ClaimGroup[] {
  return guarantees.flatMap(({ title, claim: text }) => {
    const { claim: node, problems } = parseClaim(text);
    const report = new Report();
    const tree = { file: PROMISE_FILE, text, items: [], comments: [] };
    const own: World = {
      ...world,
      report,
      files: new Map([...world.files, [PROMISE_FILE, tree]]),
      scopes: {
        ...world.scopes,
        of: (file) => (file === PROMISE_FILE ? world.scopes.standard : world.scopes.of(file)),
      },
    };
    const found = node && resolveClaim(node, { world: own, file: PROMISE_FILE, params: new Map() });
    for (const { message } of [...problems, ...report.list()])
      world.report.add(brokenGuarantee(view.span, { mode, claim: text, why: message }));
    if (found === undefined) return [];
    const claims = [{ ...found, span: view.span }];
    return [{ title, span: view.span, guarantee: { network: view.name, mode, plugin }, claims }];
  });
}
