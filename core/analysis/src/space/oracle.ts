/** Facts that no packet tells: whether a limit, a quota or a count of connections lets a rule match now. */
import type { Origin, RuleOptions } from '@weir/compiler';
import type { Fact } from './terms.ts';

export type Oracle = 'limit' | 'quota' | 'connections';

/** Sorted by key, so that the order of writing does not matter. */
function settled(settings: object): string {
  return JSON.stringify(Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const DEFAULT_BURST = 5;

/**
 * The fact of a rule's option. Both sides must say the same of the same one: which rule it stands in, and every setting. A
 * block that is placed twice in one list is one rule here.
 */
export function oracleFact<O extends Oracle>(rule: string, oracle: O, settings: NonNullable<RuleOptions[O]>): Fact {
  const whole =
    'unit' in settings && settings.unit === 'packets' && settings.burst === undefined
      ? { ...settings, burst: DEFAULT_BURST }
      : settings;
  return {
    kind: 'oracle',
    key: `${oracle} ${rule} ${settled(whole)}`,
    label: `the ${oracle} of ${rule} lets it match`,
  };
}

const LONGEST_LABEL = 128;

/** How the rules that are made of a policy's rule are labelled: file, item and statement; the end of it where it is too long. */
export function ruleLabel({ span, item, statement }: Origin): string {
  const text = `${span.file}:${item.split(' ').join('-')}:${statement}`;
  return text.replaceAll(/[^A-Za-z0-9_./:-]/g, '-').slice(-LONGEST_LABEL);
}
