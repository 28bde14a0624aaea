/** Names to typed values: parameters first, then the file's sets and services, each evaluated once. */
import type { Located } from '@weir/grammar';
import type { Label } from '@weir/plugin';
import { suggest } from '../diagnostics/suggest.ts';
import type { Environment } from './environment.ts';
import { valueHabit } from './habits.ts';
import { circular, unknownName, wrongKind } from './findings.ts';
import { spanOf } from './report.ts';
import type { Definition } from './scope.ts';
import type { ParamType, TypedValue } from './typed-value.ts';

const WORDS: Readonly<Record<string, string>> = {
  addresses: 'a set of addresses',
  ports: 'a set of ports',
  macs: 'a set of hardware addresses',
  service: 'a service',
  number: 'a number',
  text: 'a text',
  duration: 'a duration',
  rate: 'a rate',
};

/** What a type is called in messages. */
export function typeWord(type: string): string {
  return WORDS[type] ?? type;
}

/** The value of a name that should have type `wanted`; undefined when it is wrong, which has then been reported. */
export function lookUp(name: string, node: Located, wanted: ParamType, env: Environment): TypedValue | undefined {
  const span = spanOf(env.file, node);
  if (env.params.has(name)) {
    const value = env.params.get(name);
    if (value === undefined || value.type === wanted) return value;
    const help = otherPlace(name, value.type, wanted);
    return env.world.report.add(wrongKind(span, { name, is: typeWord(value.type), wanted: typeWord(wanted), help }));
  }
  const definition = env.world.scopes.of(env.file).get(name);
  if (definition === undefined) return unknown(name, node, wanted, env);
  if (definition.item.kind === 'policy') {
    const { of } = definition.item;
    const help =
      of === 'filter' ? `write \`use ${name}\` to place its rules` : `an interface names it: \`guard ${name}\``;
    const params = { name, is: `a ${of}`, wanted: typeWord(wanted), help, labels: declaredAt(definition) };
    return env.world.report.add(wrongKind(span, params));
  }
  const value = definitionValue(definition, env, span);
  if (value === undefined || value.type === wanted) return value;
  const help = otherPlace(name, value.type, wanted);
  const params = { name, is: typeWord(value.type), wanted: typeWord(wanted), help, labels: declaredAt(definition) };
  return env.world.report.add(wrongKind(span, params));
}

const declaredAt = ({ file, item }: Definition): readonly Label[] => [
  { span: spanOf(file, item.name), text: 'declared here' },
];

/** Where a value of one type stands in a rule, when another was wanted. */
function otherPlace(name: string, is: string, wanted: ParamType): string | undefined {
  if (is === 'service') return `a service stands right behind the verdict: \`accept ${name}\``;
  if (is === 'macs') return `compare it in a condition: \`where ether.source in ${name}\``;
  if (is === 'ports') return `ports stand behind \`port\`: \`tcp port ${name}\``;
  if (is === 'addresses' && wanted !== 'macs') return `addresses stand behind \`from\` or \`to\`: \`from ${name}\``;
  return undefined;
}

function unknown(name: string, node: Located, wanted: ParamType, env: Environment): undefined {
  const { guestNames, networkNames } = env.world.inventory;
  const span = spanOf(env.file, node);
  if (env.world.scopes.isHole(env.file, name)) return undefined;
  if (guestNames.has(name)) {
    const params = { name, is: 'a guest', wanted: typeWord(wanted), help: `write \`guest(${name})\`` };
    return env.world.report.add(wrongKind(span, params));
  }
  if (networkNames.has(name)) {
    const params = { name, is: 'a network', wanted: typeWord(wanted), help: `write \`network(${name})\`` };
    return env.world.report.add(wrongKind(span, params));
  }
  // What is just being defined would only lead back to itself.
  const other = [...env.world.scopes.of(env.file)].filter(([, one]) => env.world.cache.get(one) !== 'busy');
  const known = [...env.params.keys(), ...other.map(([word]) => word)];
  const near = suggest(name, known);
  const standard = near === undefined && env.world.scopes.standard.has(name);
  const params = {
    name,
    what: 'name',
    near,
    help:
      valueHabit(name, wanted, env) ??
      (standard ? `write \`import { ${name} } from "@weir/rules"\` at the top of the file` : undefined),
  };
  return env.world.report.add(unknownName(span, params));
}

/** The definitions from one that is being evaluated back to itself. A map keeps what is busy in the order of asking. */
function circleOf(definition: Definition, env: Environment): readonly Definition[] {
  const busy = [...env.world.cache].filter(([, state]) => state === 'busy').map(([one]) => one);
  return [...busy.slice(busy.indexOf(definition)), definition];
}

/** A circle of definitions in words, and where each of them stands. */
export function circleParams(circle: readonly Definition[]): { path: readonly string[]; labels: readonly Label[] } {
  return {
    path: circle.map(({ item }) => item.name.text),
    labels: circle.slice(0, -1).map((one, at) => ({
      span: spanOf(one.file, one.item.name),
      text: `\`${one.item.name.text}\` needs \`${circle[at + 1]?.item.name.text ?? ''}\``,
    })),
  };
}

/** The value of a declared set or service, evaluated in its own file. */
export function definitionValue(
  definition: Definition,
  env: Environment,
  at: ReturnType<typeof spanOf>,
): TypedValue | undefined {
  const { cache, report } = env.world;
  const known = cache.get(definition);
  if (known === 'busy') return report.add(circular(at, circleParams(circleOf(definition, env))));
  if (known === 'broken') return undefined;
  if (known?.type === 'addresses' && known.standIn === true && env.port !== undefined) {
    // WHY: `addresses gw = { gateway }` means another set at each port.
    return env.world.evaluate(definition, {
      world: env.world,
      file: definition.file,
      params: new Map(),
      port: env.port,
    });
  }
  if (known !== undefined) return known;
  cache.set(definition, 'busy');
  const value = env.world.evaluate(definition, { world: env.world, file: definition.file, params: new Map() });
  cache.set(definition, value ?? 'broken');
  return value;
}
