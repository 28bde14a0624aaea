// What the rule package exports, read from its files. In: nothing. Out: guards, filters, services and networks with their doc comments and an example
// of each. Guarantees: pure but for the rule package's files; in the order of the files.
import { type BlockItem, parseFile, type Param, type PolicyItem, type ServiceItem } from '@weir/grammar';
import { RULE_FILES, RULE_TEXTS } from '../compile/compile-case.ts';

/** One file of the package. */
export interface LibraryPart {
  /** What imports say: `@weir/rules/libvirt`. */
  readonly name: string;
  readonly text: string;
  /** The comment at its top, without the marks. */
  readonly intro: string;
  readonly policies: readonly PolicyItem[];
  readonly services: readonly ServiceItem[];
  readonly networks: readonly BlockItem[];
}

/** Every part, the package itself first. */
export const PARTS: readonly LibraryPart[] = [...RULE_FILES].map(([name, id]) => {
  const text = RULE_TEXTS.get(id) ?? '';
  const { tree, problems } = parseFile(id, text);
  if (problems.length > 0) throw new Error(`${id}: ${problems[0]?.message}`);
  return {
    name,
    text,
    intro: introOf(text),
    policies: tree.items.filter((item): item is PolicyItem => item.kind === 'policy' && item.exported),
    services: tree.items.filter((item): item is ServiceItem => item.kind === 'service' && item.exported),
    networks: tree.items.filter((item): item is BlockItem => item.kind === 'block' && item.exported),
  };
});

function introOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#') || line.startsWith('##'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n');
}

/** Values that examples give, by type, and by item where the type alone is too little. */
const SAMPLES: Readonly<Record<string, string>> = {
  addresses: '198.51.100.0/24',
  ports: '{ 22, 443 }',
  macs: '52:54:00:00:00:fe',
  service: 'mysql',
  number: '50',
  rate: '20/second',
};
const SPECIAL: Readonly<Record<string, string>> = {
  'allow-dhcp-server.servers': '10.20.0.1',
  'allow-dhcpv6-server.servers': 'fe80::1',
  'allowed-address-pairs.shared': '{ 10.20.0.100, fd00:20::100 }',
};

const sampleOf = (item: PolicyItem, { name, type }: Param): string => {
  const found = SPECIAL[`${item.name.text}.${name.text}`] ?? SAMPLES[type.text];
  if (found === undefined) throw new Error(`no sample of the type ${type.text}`);
  return found;
};

/** How a port or another item names it: what must be given, and one of what may be. */
export function exampleOf(item: PolicyItem): string {
  const given = item.params.filter((param, index) => param.default === undefined || index === 0);
  const args = given.map((param) => `${param.name.text} = ${sampleOf(item, param)}`);
  return args.length === 0 ? item.name.text : `${item.name.text}(${args.join(', ')})`;
}

/** With every argument given. */
export function wholeExampleOf(item: PolicyItem): string {
  const args = item.params.map((param) => `${param.name.text} = ${sampleOf(item, param)}`);
  return args.length === 0 ? item.name.text : `${item.name.text}(${args.join(', ')})`;
}

/** The name and the parameters as they stand in the file. */
export function signatureOf(part: LibraryPart, item: PolicyItem): string {
  const params = item.params.map(({ start, end }) => part.text.slice(start, end));
  return `${item.of} ${item.name.text}${params.length === 0 ? '' : `(${params.join(', ')})`}`;
}
