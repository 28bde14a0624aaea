// Layouts as a wrong lowering would make them. In: a layout. Out: for each kind of fault all places, with the changed layout. Guarantees: pure.
import type { Direction, Layout, LayoutChain, LayoutRule } from '@weir/compiler';
import type { Expression, Statement } from '@weir/nftables-json';
import { type Mutant, type Mutation, without } from './mutants.ts';

/** All chains, one changed at a time. */
const inChains =
  (
    change: (chain: LayoutChain) => readonly (readonly [index: number, rules: readonly LayoutRule[]])[],
  ): Mutation<Layout> =>
  (layout) =>
    [...layout.chains, ...layout.profiles.flatMap(({ chains }) => chains)].flatMap((chain) =>
      change(chain).map(([index, rules]) => ({
        at: `${chain.name} ${index}`,
        rule: [chain.name, index] as const,
        make: () => mapChains(layout, (one) => (one === chain ? { ...chain, rules } : one)),
      })),
    );

const mapChains = (layout: Layout, map: (chain: LayoutChain) => LayoutChain): Layout => ({
  ...layout,
  chains: layout.chains.map(map),
  profiles: layout.profiles.map((profile) => ({ ...profile, chains: profile.chains.map(map) })),
});

type RuleChange = (
  statements: readonly Statement[],
  rules: readonly LayoutRule[],
  at: number,
) => readonly (readonly Statement[])[];

const inLayoutRules = (change: RuleChange): Mutation<Layout> =>
  inChains(({ rules }) =>
    rules.flatMap((rule, at) =>
      change(rule.statements, rules, at).map((statements) => [at, rules.with(at, { ...rule, statements })] as const),
    ),
  );

const forgetting = (isForgotten: (statement: Statement) => boolean): Mutation<Layout> =>
  inLayoutRules((statements) =>
    statements.flatMap((one, at) => (isForgotten(one) && statements.length > 1 ? [without(statements, at)] : [])),
  );

const text = (value: Statement | Expression): string => JSON.stringify(value);
const isStateRule = ({ origin }: LayoutRule): boolean => 'purpose' in origin && origin.purpose === 'state';

/** The first chain of a profile's direction, and the chain behind its guard. */
function stateFirst(layout: Layout): readonly Mutant<Layout>[] {
  return layout.profiles.flatMap((profile) =>
    (['in', 'out'] as const).flatMap((way): readonly Mutant<Layout>[] => {
      const entry = profile.chains.find(({ name }) => name.endsWith(`${profile.name}-${way}`));
      const passed = profile.chains.find(({ name }) => name.endsWith(`${profile.name}-${way}-pass`));
      const state = passed?.rules.filter(isStateRule) ?? [];
      if (entry === undefined || state.length === 0) return [];
      return [
        {
          at: entry.name,
          make: () =>
            mapChains(layout, (one) => (one === entry ? { ...entry, rules: [...state, ...entry.rules] } : one)),
        },
      ];
    }),
  );
}

function droppedElements(layout: Layout): readonly Mutant<Layout>[] {
  return layout.interfaces.flatMap((port, at) =>
    port.elements.flatMap(({ set, elements }, place) =>
      elements.map((element, index) => ({
        at: `${port.ifname}, ${set}: ${text(element)}`,
        make: () => ({
          ...layout,
          interfaces: layout.interfaces.with(at, {
            ...port,
            elements: port.elements.flatMap((one, which) => {
              if (which !== place) return [one];
              const rest = without(elements, index);
              return rest.length === 0 ? [] : [{ ...one, elements: rest }];
            }),
          }),
        }),
      })),
    ),
  );
}

/** A port's facts under its neighbour's device. */
function swappedFacts(layout: Layout): readonly Mutant<Layout>[] {
  return layout.interfaces.flatMap((port, at) => {
    const other = layout.interfaces[at + 1];
    if (other === undefined) return [];
    return port.elements.flatMap(({ set, elements }, place): readonly Mutant<Layout>[] => {
      if (!set.includes('self-')) return [];
      const renamed = elements.map(
        (element) => JSON.parse(text(element).replaceAll(`"${port.ifname}"`, `"${other.ifname}"`)) as Expression,
      );
      const changed = port.elements.with(place, {
        table: port.elements[place]?.table ?? { family: 'bridge', name: 'weir' },
        set,
        elements: renamed,
      });
      return [
        {
          at: `${port.ifname}, ${set}`,
          make: () => ({ ...layout, interfaces: layout.interfaces.with(at, { ...port, elements: changed }) }),
        },
      ];
    });
  });
}

function otherDirection(layout: Layout): readonly Mutant<Layout>[] {
  const flip = (way: Direction): Direction => (way === 'in' ? 'out' : 'in');
  return layout.interfaces.flatMap((port, at) =>
    (['in', 'out'] as const).map((way) => ({
      at: `${port.ifname} ${way}`,
      make: () => ({
        ...layout,
        interfaces: layout.interfaces.with(at, {
          ...port,
          elements: port.elements.map((one) =>
            one.set === `${way}-dispatch`
              ? {
                  ...one,
                  elements: one.elements.map(
                    (element) => JSON.parse(text(element).replace(`-${way}"`, `-${flip(way)}"`)) as Expression,
                  ),
                }
              : one,
          ),
        }),
      }),
    })),
  );
}

const reprioritised =
  (prio: number): Mutation<Layout> =>
  (layout) =>
    layout.chains.flatMap((chain) =>
      chain.base !== undefined &&
      chain.table.family === 'bridge' &&
      chain.rules.some(({ origin }) => 'purpose' in origin && origin.purpose === 'dispatch')
        ? [
            {
              at: chain.name,
              make: () =>
                mapChains(layout, (one) =>
                  one === chain
                    ? { ...chain, base: { ...(chain.base ?? { type: 'filter', hook: 'prerouting' }), prio } }
                    : one,
                ),
            },
          ]
        : [],
    );

/** What a wrong lowering would do to a layout. */
export const LAYOUT_MUTATIONS = {
  'drops an nft rule': inChains(({ rules }) => rules.map((_, at) => [at, without(rules, at)] as const)),
  'swaps two nft rules': inChains(({ rules }) =>
    rules.flatMap((rule, at) => {
      const next = rules[at + 1];
      return next === undefined ? [] : [[at, rules.with(at, next).with(at + 1, rule)] as const];
    }),
  ),
  'asks for connections before the guard': stateFirst,
  'drops an element of a port': droppedElements,
  "files a port's facts under another port": swappedFacts,
  'leads a port to the other direction': otherDirection,
  'forgets the EtherType': forgetting(
    (one) =>
      ('match' in one && text(one).includes('"field":"type","protocol":"ether"')) ||
      ('match' in one && text(one).includes('"protocol":"ether","field":"type"')),
  ),
  'forgets the protocol': forgetting((one) => 'match' in one && text(one).includes('"l4proto"')),
  'forgets that later fragments have no upper layer': forgetting(
    (one) => 'match' in one && text(one).includes('16777215'),
  ),
  'forgets the last match of a rule': inLayoutRules((statements) => {
    const last = statements.findLastIndex((one) => 'match' in one);
    return last < 0 ? [] : [without(statements, last)];
  }),
  'negates an nft match': inLayoutRules((statements) =>
    statements.flatMap((one, at) =>
      'match' in one && (one.match.op === '==' || one.match.op === '!=')
        ? [statements.with(at, { match: { ...one.match, op: one.match.op === '==' ? '!=' : '==' } })]
        : [],
    ),
  ),
  'goes instead of jumping': inLayoutRules((statements) =>
    statements.flatMap((one, at) => ('jump' in one ? [statements.with(at, { goto: one.jump })] : [])),
  ),
  'accepts instead of returning': inLayoutRules((statements) =>
    statements.flatMap((one, at) => ('return' in one ? [statements.with(at, { accept: null })] : [])),
  ),
} as const satisfies Readonly<Record<string, Mutation<Layout>>>;

/** What can go wrong only where the state of connections is carried in marks. */
export const CARRIED_MUTATIONS = {
  'forgets to clear the marks of strangers': (layout) => [
    {
      at: 'state-clear, state-prerouting',
      make: () =>
        mapChains(layout, (one) => {
          if (one.name === 'state-clear') return { ...one, rules: [] };
          return one.name === 'state-prerouting' ? { ...one, rules: one.rules.slice(1) } : one;
        }),
    },
  ],
  'asks the marks before they are set': reprioritised(-5),
  'marks established connections only': inChains(({ name, rules }) =>
    name === 'state-prerouting' ? rules.slice(1).map((_, at) => [at + 1, without(rules, at + 1)] as const) : [],
  ),
} as const satisfies Readonly<Record<string, Mutation<Layout>>>;
