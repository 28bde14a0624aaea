/** One hop of a journey in words: where it is, what was decided, and by whom. */
import type { Endpoint, Hop, NetworkHop, NetworkRuleRef, PlaceHop, PlaceReason, PortHop } from '@weir/semantics';
import { formatAddress } from '@weir/compiler';
import type { Span } from '@weir/plugin';

/** Why a place without rules let a packet on, or did not. */
export const REASONS: Readonly<Record<PlaceReason, string>> = {
  delivered: 'hands the frame to the guest',
  'to-group': 'offers the frame to every guest of the network',
  received: 'takes the packet for itself',
  forwarded: 'routes the packet',
  sent: 'sends the packet',
  left: 'the packet has left the host',
  arrived: 'the packet arrives from outside',
  'isolated-ports': '`isolate-ports` keeps guests of this network from each other',
  nobody: 'nobody on the network has the address',
  'no-way-out': 'the network leads nowhere else',
  'same-port': 'a bridge does not send a frame back where it came from',
  'hop-limit': 'the hop limit is used up',
  'wrong-address': 'the answer bears another address than the one that was asked',
};

/** Where a hop is. */
export function placeWords(hop: Hop): string {
  switch (hop.kind) {
    case 'port':
      return `${hop.guest} ${hop.ifname} ${hop.direction}`;
    case 'network':
      return hop.network === undefined ? `networks, ${hop.hook}` : `network ${hop.network}, ${hop.hook}`;
    case 'bridge':
      return `bridge of network ${hop.network ?? '?'}`;
    case 'host':
      return hop.device === undefined ? 'host' : `host, ${hop.device}`;
    case 'outside': {
      const where = hop.network === undefined ? 'outside' : `outside, on the segment of network ${hop.network}`;
      return hop.device === undefined ? where : `${where}, by ${hop.device}`;
    }
    default:
      return hop satisfies never;
  }
}

/** What decided, and its place in the files where it has one. */
export interface DeciderWords {
  readonly words: string;
  readonly span?: Span;
}

/** Who gave the verdict of a hop. */
export function deciderOf(hop: Hop): DeciderWords {
  if (hop.kind === 'port') return portDecider(hop);
  return hop.kind === 'network' ? networkDecider(hop) : placeDecider(hop);
}

function portDecider({ by }: PortHop): DeciderWords {
  switch (by.kind) {
    case 'rule':
    case 'default':
      return {
        words:
          by.kind === 'rule'
            ? `${by.stage} ${by.name}`
            : `the default of ${by.stage} ${by.name}${unwritten(by.origin)}`,
        span: by.origin.span,
      };
    case 'connection':
      return {
        words: by.state === 'invalid' ? 'the packet belongs to no connection' : `the connection is ${by.state}`,
      };
    case 'not-ip':
      return { words: 'passed by the guard, and filters are asked about IPv4 and IPv6 only' };
    case 'no-filter':
      return { words: 'passed by the guard, and the port has no filter' };
    default:
      return by satisfies never;
  }
}

/** WHY: a default that no file writes has the place of its item's name, and is number 0 of its statements. */
const unwritten = ({ statement }: { readonly statement: number }): string =>
  statement === 0 ? ', which no file writes' : '';

function networkDecider({ by, translation }: NetworkHop): DeciderWords {
  if (by !== undefined) return { words: networkRuleWords(by), span: by.span };
  return { words: translation === undefined ? 'no rule is about it' : 'as the connection was translated' };
}

/** The rules that every network has, by the words that name them in the ruleset. */
const CORE_RULES: Readonly<Record<string, string>> = {
  'own-bridge': 'it stays on its own bridge',
  'replies-to-networks': 'answers to other networks pass',
  reaches: '`reaches` lets it through',
  'networks-apart': 'networks keep apart unless one `reaches` the other',
  'own-source-from-elsewhere': 'the network’s own addresses come from its own bridge only',
  'from-networks': 'the network it comes from has let it through',
};

/** A network's rule: what it is for, and whose it is. */
export function networkRuleWords({ purpose, plugin }: NetworkRuleRef): string {
  return plugin === undefined ? (CORE_RULES[purpose] ?? purpose) : `${purpose} (${plugin})`;
}

const placeDecider = ({ why }: PlaceHop): DeciderWords => ({ words: REASONS[why] });

/** `10.0.0.1 port 80`. */
export function endpointWords({ address, port }: Endpoint, family: 'ipv4' | 'ipv6'): string {
  const text = formatAddress(family, address);
  return port === undefined ? text : `${text} port ${port}`;
}
