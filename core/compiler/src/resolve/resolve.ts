/**
 * Binds names and checks every definition, used or not.
 *
 * In: parsed files and the registry of modes. Out: the model. Guaranteed: all problems of all files are reported in one
 * run; what is wrong leaves a hole, and nothing that follows from a hole is reported.
 */
import type { PassResult } from '../pass-result.ts';
import type { Registry } from '../registry.ts';
import type { SourceSet } from '../sources/source-set.ts';
import { UNKNOWN } from './address-term.ts';
import { checkAnnotations } from './annotations.ts';
import { checkName } from './reserved-name.ts';
import { declaredTwice } from './findings.ts';
import { evaluateDefinition } from './definition-value.ts';
import type { Environment, World } from './environment.ts';
import { resolveInventory } from './inventory/resolve-inventory.ts';
import { resolveClaims } from './claim/resolve-claims.ts';
import { resolveTests } from './flow/resolve-tests.ts';
import { definitionValue } from './lookup.ts';
import type { Model } from './model.ts';
import { Report, spanOf } from './report.ts';
import { buildScopes, type Definition } from './scope.ts';
import { SetRegistry } from './set-registry.ts';
import { policyLists } from './statements.ts';
import type { TypedValue } from './typed-value.ts';
import { paramType, typedValue } from './use.ts';

export function resolve(sources: SourceSet, registry: Registry): PassResult<Model> {
  const report = new Report();
  const inventory = resolveInventory(sources, registry);
  for (const diagnostic of inventory.diagnostics) report.add(diagnostic);
  const scopes = buildScopes(sources, report);
  const shared = sharedNames(scopes.definitions);
  const world: World = {
    files: sources.files,
    scopes,
    inventory: inventory.value,
    sets: new SetRegistry(shared),
    report,
    ...(sources.date !== undefined && { today: sources.date }),
    selections: new Map(),
    evaluate: evaluateDefinition,
    cache: new Map(),
  };
  for (const definition of scopes.definitions) checkDefinition(definition, world);
  const items = [...sources.files].flatMap(([file, tree]) => tree.items.map((item) => ({ file, item })));
  for (const { file, item } of items) {
    if (item.kind === 'test' || item.kind === 'assert' || item.kind === 'block' || item.kind === 'import')
      checkAnnotations(item.annotations, 'item', { world, file, params: new Map() });
  }
  return {
    value: {
      world,
      tests: resolveTests(
        items.flatMap(({ file, item }) => (item.kind === 'test' ? [{ file, item }] : [])),
        world,
      ),
      claims: resolveClaims(
        items.flatMap(({ file, item }) => (item.kind === 'assert' ? [{ file, item }] : [])),
        world,
        shared,
      ),
    },
    diagnostics: report.list(),
  };
}

/** Names by which more than one file declares addresses. */
function sharedNames(definitions: readonly Definition[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { item } of definitions) {
    if (item.kind !== 'set' || item.of !== 'addresses') continue;
    if (seen.has(item.name.text)) shared.add(item.name.text);
    seen.add(item.name.text);
  }
  return shared;
}

/** Checks a definition on its own: parameters stand for any value of their type. */
function checkDefinition(definition: Definition, world: World): void {
  const { file, item } = definition;
  const env: Environment = { world, file, params: new Map() };
  checkAnnotations(item.annotations, 'item', env);
  checkName(item.name, item.kind === 'service', env);
  if (item.kind !== 'policy') {
    definitionValue(definition, env, spanOf(file, item.name));
    return;
  }
  const params = new Map<string, TypedValue | undefined>();
  for (const param of item.params) {
    const type = paramType(param, env);
    checkName(param.name, type === 'service', env);
    if (params.has(param.name.text)) {
      env.world.report.add(declaredTwice(spanOf(file, param.name), { name: param.name.text, labels: [] }));
    }
    if (type !== undefined && param.default !== undefined) typedValue(param.default, type, env);
    params.set(param.name.text, type && anyOf(type));
  }
  // What of a broken item could be read is checked all the same.
  policyLists(item, { ...env, params });
}

const ALL_PORTS = [{ low: 1n, high: 65535n }];

/** A stand-in of a type, that fits wherever a value of the type does. */
function anyOf(type: TypedValue['type']): TypedValue {
  switch (type) {
    case 'addresses':
      return UNKNOWN;
    case 'ports':
      return { type, ranges: ALL_PORTS };
    case 'macs':
      return { type, ranges: [{ low: 0n, high: 0xffffffffffffn }] };
    case 'service':
      return { type, parts: [{ protocol: 6 }] };
    case 'number':
      return { type, value: 1n };
    case 'text':
      return { type, value: 'text' };
    case 'duration':
      return { type, seconds: 1n };
    case 'rate':
      return { type, rate: { amount: 1, unit: 'packets', per: 'second' } };
    default:
      return type satisfies never;
  }
}
