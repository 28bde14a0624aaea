/**
 * For the tests of resolving and building: real text through the parser, one small mode, a stand-in for the standard rules.
 *
 * Around the text of a test stand network `front` (both families), network `lan` (IPv4 only), and guests `db1` and `db2`
 * (`tier = db`) in `front`.
 */
import { defineMode, defineSettings, type Diagnostic } from '@weir/plugin';
import { buildPolicy } from '../build/build-policy.ts';
import type { PassResult } from '../pass-result.ts';
import { FIELDS } from '../policy/fields.ts';
import type { Match, Operand, Test } from '../policy/match.ts';
import type { Policy, Profile } from '../policy/policy.ts';
import type { DecisionList, PolicyNode, PolicyVerdict } from '../policy/rule.ts';
import type { Registry } from '../registry.ts';
import { gatherSources } from '../sources/gather-sources.ts';
import type { SourceReader, SourceSet } from '../sources/source-set.ts';
import { formatAddress, formatMac } from '../values/address.ts';
import { resolve } from './resolve.ts';

const doc = 'for tests';
const served = defineMode({
  name: 'served',
  doc,
  attachment: 'bridge-port',
  subnets: 'required',
  settings: defineSettings({}),
  hooks: [],
  check: () => [],
  topology: ({ bridge, subnets }) => ({
    bridge: {
      name: bridge,
      addresses: subnets.map(({ family, gateway, length }) => ({ family, address: gateway, length })),
      uplinks: [],
    },
    sysctls: [],
    elsewhere: [],
  }),
  rules: () => [],
  guarantees: () => [],
});

const free = defineMode({ ...served, name: 'free', subnets: 'optional' });

export const TEST_REGISTRY: Registry = {
  modes: new Map([
    ['free', { mode: free, plugin: '@x/served' }],
    ['served', { mode: served, plugin: '@x/served' }],
  ]),
  attachments: new Map(),
};

const RULES = `
export guard clean-traffic { out drop where ether.source != self.mac; out pass; in pass }
export network default { mode served; bridge weir0; subnet 10.87.0.0/24 }
export service https = { tcp 443, udp 443 }
export service ping = { icmp type echo-request, icmpv6 type echo-request }
export service dhcp = { udp 67 from 68 }
`;

const AROUND = `
network front { mode served; bridge front; subnet 10.0.0.0/24; subnet fd00::/64 }
network lan { mode served; bridge lan; subnet 10.1.0.0/24 }
host { address 192.0.2.1 }
guest db1 { labels { tier = db }; interface db1n { network front; mac 52:54:00:00:01:01; address 10.0.0.11, fd00::11 } }
guest db2 { labels { tier = db }; interface db2n { network front; mac 52:54:00:00:01:02; address 10.0.0.12 } }
`;

export type Files = Readonly<Record<string, string>>;

/** What surrounds the files of a test. */
const SURROUNDINGS: Files = { 'around.weir': AROUND, '@weir/rules/index.weir': RULES };

/** Reads files by id; `./x.weir` is `x.weir`, a package its index. */
export function memoryReader(files: Files): SourceReader {
  return {
    read: (id) => (Object.hasOwn(files, id) ? files[id] : undefined),
    resolveImport: (specifier) => {
      const id = specifier.startsWith('./') ? specifier.slice(2) : `${specifier}/index.weir`;
      return Object.hasOwn(files, id) ? id : undefined;
    },
  };
}

/** The files and their surroundings, parsed. */
export function sourcesOf(files: Files): PassResult<SourceSet> {
  const all = { ...SURROUNDINGS, ...files };
  const entries = Object.keys(all).filter((id) => !id.startsWith('@'));
  return gatherSources(entries, memoryReader(all));
}

/** The policy of the files and their surroundings, and all diagnostics. */
export function build(files: Files, date?: string): PassResult<Policy> {
  const sources = sourcesOf(files);
  const dated = date === undefined ? sources.value : { ...sources.value, date };
  const policy = buildPolicy(resolve(dated, TEST_REGISTRY).value);
  return { value: policy.value, diagnostics: [...sources.diagnostics, ...policy.diagnostics] };
}

/** `code text`, one a diagnostic, the text at its place and ` + ` the text of each label. */
export function problemsOf(files: Files): readonly string[] {
  const all = { ...SURROUNDINGS, ...files };
  const textAt = ({ span }: Pick<Diagnostic, 'span'>): string =>
    span ? (all[span.file as keyof typeof all] ?? '').slice(span.start, span.end) : '';
  return build(files).diagnostics.map((diagnostic) =>
    [`${diagnostic.code} ${textAt(diagnostic)}`, ...(diagnostic.labels ?? []).map(textAt)].join(' + '),
  );
}

/** Problems of one file. */
export function problems(text: string): readonly string[] {
  return problemsOf({ 'a.weir': text });
}

/** A guest of `front` with one interface; `settings` are further ones of it. */
export function guest(name: string, settings = '', network = 'front'): string {
  const last = Array.from(name).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 50, 0);
  const address = network === 'front' ? `10.0.0.${100 + last}, fd00::${100 + last}` : `10.1.0.${100 + last}`;
  const mac = `52:54:00:00:02:${last.toString(16).padStart(2, '0')}`;
  return `guest ${name} { interface ${name}n { network ${network}; mac ${mac}; address ${address}; ${settings} } }\n`;
}

/** A guest whose filter `f` has this body, after the declarations in `before`. */
export function withBody(body: string, before = ''): string {
  return `import { https, ping, dhcp } from "@weir/rules"\n${before}\nfilter f {\n${body}\n}\n${guest('t', 'filter f')}`;
}

/** The profile of the only guest of the text. INVARIANT: the text has no error. */
export function profileIn(text: string, ifname = 'tn'): Profile {
  const { value, diagnostics } = build({ 'a.weir': text });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((d) => `${d.code} ${d.message}`).join('\n'));
  const port = value.ports.find((one) => one.ifname === ifname);
  const profile = value.profiles.find((one) => one.name === port?.profile);
  if (profile === undefined) throw new Error(`no profile of ${ifname}`);
  return profile;
}

/** The rules of filter `f`, each as `direction verdict: match`. */
export function rules(body: string, before = ''): readonly string[] {
  const [filter] = profileIn(withBody(body, before)).filters;
  return (['in', 'out'] as const).flatMap((direction) =>
    (filter?.[direction].nodes ?? []).flatMap((node) => shownNode(node)).map((rule) => `${direction} ${rule}`),
  );
}

/** The defaults of a list. */
export function shownDefault(list: DecisionList | undefined): string {
  return list === undefined ? '' : shownVerdict(list.default.verdict);
}

function shownNode(node: PolicyNode): readonly string[] {
  if (node.kind === 'rule') return [`${shownVerdict(node.verdict)}: ${shown(node.match)}`];
  return [`${node.name} {`, ...node.nodes.flatMap(shownNode), '}'];
}

function shownVerdict(verdict: PolicyVerdict): string {
  if (verdict.kind === 'reject') return `reject with ${verdict.with}`;
  return verdict.kind === 'accept' && verdict.stateless ? 'accept stateless' : verdict.kind;
}

/** A match as text. The tests for headers that words imply are left out, except `ether.type` of one family. */
export function shown(match: Match): string {
  switch (match.kind) {
    case 'always':
      return 'always';
    case 'all':
      return match.of.map((one) => (one.kind === 'any' ? `(${shown(one)})` : shown(one))).join(' and ');
    case 'any':
      return match.of.map((one) => (one.kind === 'all' ? `(${shown(one)})` : shown(one))).join(' or ');
    case 'not':
      return `not (${shown(match.of)})`;
    case 'test':
      return shownTest(match);
    default:
      return match satisfies never;
  }
}

function shownTest({ field, mask, negated, operand }: Test): string {
  const name = typeof field === 'string' ? field : `${field.base}[${field.offset}+${field.bits}]`;
  const masked = mask === undefined ? name : `${name} & ${mask}`;
  return `${masked} ${negated ? '!=' : '=='} ${shownOperand(operand, name)}`;
}

function shownOperand(operand: Operand, field: string): string {
  if (operand.kind === 'self') return `self.${operand.fact}`;
  if (operand.kind === 'named') return operand.set;
  const type = FIELDS.get(field)?.type.kind;
  const value = (n: bigint): string => {
    if (type === 'ipv4' || type === 'ipv6') return formatAddress(type, n);
    return type === 'mac' ? formatMac(n) : field === 'ether.type' ? `0x${n.toString(16)}` : n.toString();
  };
  return operand.ranges.map(({ low, high }) => (low === high ? value(low) : `${value(low)}-${value(high)}`)).join(',');
}
