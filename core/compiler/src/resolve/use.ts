/** Guards and filters by name, with their arguments: what `use`, `guard` and `filter` settings place. */
import type { Argument, CallValue, NameValue, Param, PolicyItem, Value } from '@weir/grammar';
import { suggest } from '../diagnostics/suggest.ts';
import type { DecisionList } from '../policy/rule.ts';
import { addressValue } from './address-value.ts';
import { type Environment, textOf } from './environment.ts';
import { argument, circular, unknownName, wrongKind, wrongType, usesTooDeep, usesTooMany } from './findings.ts';
import { isNumeric, rateLiteral } from './literal-value.ts';
import { circleParams, lookUp, typeWord } from './lookup.ts';
import { macsValue } from './mac-value.ts';
import { portsValue } from './port-value.ts';
import { spanOf } from './report.ts';
import type { Definition } from './scope.ts';
import { PARAM_TYPES, type ParamType, type TypedValue } from './typed-value.ts';

/** Both directions of a guard or filter. */
export interface Lists {
  readonly in: DecisionList;
  readonly out: DecisionList;
}

/** Makes the lists of an item in the surroundings of its file and parameters. */
export type Instantiate = (item: PolicyItem, env: Environment) => Lists;

export interface UsedPolicy {
  /** The item's name, with its arguments as written. */
  readonly name: string;
  readonly definition: Definition;
  readonly lists: Lists;
}

/** INVARIANT: holds the policies that are being instantiated, so that a circle of `use`s ends in a diagnostic. */
const ACTIVE = new WeakMap<object, readonly Definition[]>();

/** Deeper than any kernel can follow, and far from what a call stack holds. */
const MOST_USES = 64;

/** How many uses the policy at the bottom of {@link ACTIVE} has placed so far. */
const PLACED = new WeakMap<object, number>();

/** WHY: filters that each use the next one twice double at every level; a thousand blocks is no policy any more. */
const MOST_PLACED = 1000;

/** The lists of the guard or filter that a value names; undefined when it is wrong, which has then been reported. */
export function usedPolicy(
  value: NameValue | CallValue,
  of: PolicyItem['of'],
  env: Environment,
  instantiate: Instantiate,
): UsedPolicy | undefined {
  const name = value.kind === 'call' ? value.callee.text : value.text;
  const definition = policyDefinition(name, value, of, env);
  if (definition === undefined || definition.item.kind !== 'policy') return undefined;
  const { item } = definition;
  const params = bindArguments(item, definition, value.kind === 'call' ? value.args : [], value, env);
  const active = ACTIVE.get(env.world) ?? [];
  if (active.includes(definition)) {
    const circle = active.slice(active.indexOf(definition));
    // A circle is found from each of its members; it is told from the first one.
    if (circle.some((one) => isBefore(one, definition))) return undefined;
    return env.world.report.add(circular(spanOf(env.file, value), circleParams([...circle, definition])));
  }
  if (active.length >= MOST_USES) {
    return env.world.report.add(usesTooDeep(spanOf(env.file, value), { limit: MOST_USES }));
  }
  const placed = active.length === 0 ? 0 : (PLACED.get(env.world) ?? 0) + 1;
  PLACED.set(env.world, placed);
  if (placed > MOST_PLACED) {
    return env.world.report.add(
      usesTooMany(spanOf(active[0]?.file ?? env.file, active[0]?.item.name ?? value), { limit: MOST_PLACED }),
    );
  }
  ACTIVE.set(env.world, [...active, definition]);
  const inner: Environment = { ...env, file: definition.file, params };
  const lists = instantiate(item, inner);
  ACTIVE.set(env.world, active);
  return { name: textOf(env, value), definition, lists };
}

function isBefore(a: Definition, b: Definition): boolean {
  return a.file === b.file ? a.item.start < b.item.start : a.file < b.file;
}

function policyDefinition(name: string, value: Value, of: PolicyItem['of'], env: Environment): Definition | undefined {
  const scope = env.world.scopes.of(env.file);
  const span = spanOf(env.file, value);
  const found = scope.get(name) ?? (name === 'clean-traffic' ? env.world.scopes.standard.get(name) : undefined);
  if (found === undefined) {
    if (env.world.scopes.isHole(env.file, name)) return undefined;
    const named = [...scope].filter(([, d]) => d.item.kind === 'policy' && d.item.of === of).map(([key]) => key);
    const known = of === 'guard' ? [...named, 'clean-traffic'] : named;
    const help = env.world.scopes.standard.has(name)
      ? { help: `write \`import { ${name} } from "@weir/rules"\` at the top of the file` }
      : {};
    return env.world.report.add(unknownName(span, { name, what: of, near: suggest(name, known), ...help }));
  }
  if (found.item.kind === 'policy' && found.item.of === of) return found;
  const is = found.item.kind === 'policy' ? `a ${found.item.of}` : 'no guard or filter';
  const help = found.item.kind === 'policy' ? `an interface names it: \`${found.item.of} ${name}\`` : undefined;
  const labels = [{ span: spanOf(found.file, found.item.name), text: 'declared here' }];
  return env.world.report.add(wrongKind(span, { name, is, wanted: `a ${of}`, help, labels }));
}

/** Arguments to parameters, by name or by place; everything that does not fit is reported. */
export function bindArguments(
  item: PolicyItem,
  definition: Definition,
  args: readonly Argument[],
  at: Value,
  env: Environment,
): ReadonlyMap<string, TypedValue | undefined> {
  const given = new Map<string, Argument>();
  let isMisnamed = false;
  for (const [index, arg] of args.entries()) {
    const param = arg.name === undefined ? item.params[index] : item.params.find((p) => p.name.text === arg.name?.text);
    const span = spanOf(env.file, arg);
    if (param === undefined) {
      isMisnamed ||= arg.name !== undefined;
      const near =
        arg.name &&
        suggest(
          arg.name.text,
          item.params.map((p) => p.name.text),
        );
      const message = arg.name
        ? `\`${item.name.text}\` has no parameter \`${arg.name.text}\``
        : `\`${item.name.text}\` ${tooMany(item.params.length)}`;
      env.world.report.add(
        argument(span, { message, ...(near !== undefined && { help: `did you mean \`${near}\`?` }) }),
      );
    } else if (given.has(param.name.text)) {
      env.world.report.add(argument(span, { message: `\`${param.name.text}\` is given twice` }));
    } else given.set(param.name.text, arg);
  }
  const inner: Environment = { ...env, file: definition.file, params: new Map() };
  return new Map(
    item.params.map((param) => {
      // A name that fits no parameter was probably meant for one that now has no value.
      const isMissing = !given.has(param.name.text) && param.default === undefined;
      const value = isMissing && isMisnamed ? undefined : boundValue(param, given, item, at, env, inner);
      return [param.name.text, value] as const;
    }),
  );
}

function tooMany(params: number): string {
  return params === 0 ? 'takes no arguments' : `takes only ${params} argument${params === 1 ? '' : 's'}`;
}

function boundValue(
  param: Param,
  given: ReadonlyMap<string, Argument>,
  item: PolicyItem,
  at: Value,
  env: Environment,
  inner: Environment,
): TypedValue | undefined {
  const type = paramType(param, inner);
  if (type === undefined) return undefined;
  const arg = given.get(param.name.text);
  if (arg !== undefined) return typedValue(arg.value, type, env);
  if (param.default !== undefined) return typedValue(param.default, type, inner);
  const message = `\`${item.name.text}\` wants a value for \`${param.name.text}\``;
  return env.world.report.add(argument(spanOf(env.file, at), { message, help: `its type is ${type}` }));
}

/** The declared type of a parameter. */
export function paramType(param: Param, env: Environment): ParamType | undefined {
  const found = PARAM_TYPES.find((type) => type === param.type.text);
  if (found !== undefined) return found;
  const near = suggest(param.type.text, PARAM_TYPES);
  const params = { name: param.type.text, what: 'type', near };
  return env.world.report.add(unknownName(spanOf(env.file, param.type), params));
}

const SECONDS = { s: 1n, m: 60n, h: 3600n, d: 86_400n } as const;

/** A value of a given type; undefined when it is none, which has then been reported. */
export function typedValue(value: Value, type: ParamType, env: Environment): TypedValue | undefined {
  switch (type) {
    case 'addresses':
      return addressValue(value, env);
    case 'ports':
      return portsValue(value, env);
    case 'macs':
      return macsValue(value, env);
    case 'service':
      if (value.kind === 'name-value') return lookUp(value.text, value, 'service', env);
      break;
    case 'number':
      if (isNumeric(value) && value.kind === 'number') return { type, value: value.value };
      break;
    case 'text':
      if (value.kind === 'text') return { type, value: value.value };
      break;
    case 'duration':
      if (value.kind === 'duration') return { type, seconds: value.amount * SECONDS[value.unit] };
      break;
    case 'rate':
      if (value.kind === 'rate') return rateLiteral(value, env);
      break;
    default:
      return type satisfies never;
  }
  if (value.kind === 'name-value' && env.params.has(value.text)) return lookUp(value.text, value, type, env);
  return env.world.report.add(wrongType(spanOf(env.file, value), { text: textOf(env, value), wanted: typeWord(type) }));
}
