// The cells of the coverage table: every attribute of every element in every form. In: the elements. Out: rules as they stand in a file, with frames
// on both sides of each. Guarantees: pure; a cell without a rule has a reason.
import { type Arrival, type Attribute, type Cell, type Element, ELEMENTS } from './elements.ts';
import { type Form, FORMS } from './forms.ts';
import { frameOf } from './frame-of.ts';

/** A cell that a rule says. */
export interface Said {
  readonly name: string;
  readonly element: Element;
  readonly attribute: Attribute;
  readonly form: Form;
  /** The rule, on one line or with its comment in front. */
  readonly rule: string;
  /** What the table shows of it. */
  readonly shown: string;
  readonly hits: readonly Probe[];
  readonly misses: readonly Probe[];
}

/** A frame with what the host knows of it. */
export interface Probe {
  readonly frame: Uint8Array;
  readonly state?: NonNullable<Arrival['state']>;
  readonly connections?: number;
}

/** Needs a kernel that follows connections of bridged packets. */
export const needsConnections = ({ attribute }: Said): boolean => ['state', 'connlimit-above'].includes(attribute.name);

const EVERYWHERE = { ipv4: 'from 0.0.0.0/0', ipv6: 'from ::/0' } as const;
/** Protocols that say their family themselves. */
const OF_ONE_FAMILY: ReadonlySet<string> = new Set(['igmp', 'icmp', 'icmpv6', 'ipv4', 'ipv6']);

/** What narrows a rule to the family of its element, where nothing else in it does. */
function familyOf({ family, subject }: Element, rest: string): string {
  const isSaid = family === undefined || OF_ONE_FAMILY.has(subject) || /\bip6?\.|^(from|to) /.test(rest);
  return isSaid ? '' : EVERYWHERE[family];
}

function ruleOf(element: Element, rest: string): string {
  const words = [
    'out accept',
    element.subject,
    familyOf(element, rest),
    rest,
    element.layer === 'filter' ? 'stateless' : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

function said(
  element: Element,
  attribute: Attribute,
  form: Form,
  cell: Exclude<Cell, { readonly reason: string }>,
): Said {
  const name = `${element.name} ${attribute.name}, ${form}`;
  const base = { ...element.values, ...attribute.values };
  if ('clause' in cell) {
    const { clause, before, hit, miss } = cell;
    const rule = ruleOf(element, clause);
    const probe = ({ values, isForeign, ...known }: Arrival): Probe => ({
      ...known,
      frame: isForeign === true ? foreign(element) : frameOf(element.frame, { ...base, ...values }),
    });
    const misses = miss.isForeign === true && element.subject === '' ? [] : [probe(miss)];
    const text = before === undefined ? rule : `${before}\n  ${rule}`;
    return { name, element, attribute, form, rule: text, shown: before ?? clause, hits: [probe(hit)], misses };
  }
  const rest = `where ${cell.text}`;
  const probes = (values: Cell & { readonly key: string }, list: readonly (string | number)[]): readonly Probe[] =>
    list.map((value) => ({ frame: frameOf(element.frame, { ...base, [values.key]: value }) }));
  const misses = probes(cell, cell.misses);
  const others = element.subject === '' ? [] : [{ frame: foreign(element) }];
  return {
    name,
    element,
    attribute,
    form,
    rule: ruleOf(element, rest),
    shown: cell.text,
    hits: probes(cell, cell.hits),
    misses: [...misses, ...others],
  };
}

/** A frame that lacks what the element is about. */
function foreign({ layer, frame, subject }: Element): Uint8Array {
  if (layer === 'guard') return frameOf('bare', { etherType: 0x88cc });
  if (subject === 'ipv4' || subject === 'ipv6') return frameOf(frame === 'ipv4' ? 'ipv6' : 'ipv4');
  return frameOf(frame === 'ipv6' ? 'ipv6' : 'ipv4', { protocol: 253 });
}

/** The cells that have a rule. */
export const SAID: readonly Said[] = ELEMENTS.flatMap((element) =>
  element.attributes.flatMap((attribute) =>
    FORMS.flatMap((form) => {
      const cell = attribute.cells[form];
      return 'reason' in cell ? [] : [said(element, attribute, form, cell)];
    }),
  ),
);
