/** Flows that say the same of IPv4 and of IPv6, told once. In: flows. Out: the same packets in fewer flows. */
import type { Diagram, Diagrams } from '../engine/diagrams.ts';
import type { FlowWords } from './flow-words.ts';

export interface SetFlow {
  readonly words: FlowWords;
  readonly set: Diagram;
}

/** Joins what differs in the family alone. */
export function joinedFamilies<T>(diagrams: Diagrams<T>, flows: readonly SetFlow[]): readonly SetFlow[] {
  const found = new Map<string, SetFlow & { readonly families: readonly string[] }>();
  const others: SetFlow[] = [];
  for (const flow of flows) {
    const { frames, ...rest } = flow.words;
    // WHY: a protocol, and an address, say which frames are meant as well as `ip` does.
    const says = rest.protocol !== undefined || rest.from !== undefined || rest.to !== undefined;
    const families = frames === 'ip' ? ['ipv4', 'ipv6'] : frames === 'ipv4' || frames === 'ipv6' ? [frames] : [];
    if (families.length === 0) {
      others.push(flow);
      continue;
    }
    const key = JSON.stringify(rest);
    const known = found.get(key);
    const all = [...new Set([...(known?.families ?? []), ...families])].toSorted();
    const isBoth = all.length === 2;
    const words: FlowWords = isBoth ? (says ? rest : { frames: 'ip', ...rest }) : { frames: all[0] ?? '', ...rest };
    const set = known === undefined ? flow.set : diagrams.orElse(known.set, flow.set);
    found.set(key, { words, set, families: all });
  }
  return [...[...found.values()].map(({ words, set }) => ({ words: plain(words), set })), ...others];
}

const ONE_FAMILY: Readonly<Record<string, string>> = { icmp: 'ipv4', igmp: 'ipv4', icmpv6: 'ipv6' };

/** The family is left out where the protocol or a written address says it. */
function plain(words: FlowWords): FlowWords {
  const { frames, ...rest } = words;
  const isSaid =
    (rest.protocol !== undefined && ONE_FAMILY[rest.protocol] === frames) ||
    [rest.from, rest.to].some((text) => text !== undefined && /^[{ ]*[0-9a-f]*[.:]/.test(text));
  return isSaid && frames !== 'ip' ? rest : words;
}
