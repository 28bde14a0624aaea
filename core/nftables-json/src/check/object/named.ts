/** Checks of rules and of named stateful objects. */
import type { Check, CheckContext } from '../context.ts';
import { report } from '../context.ts';
import type { Shape } from '../shape.ts';
import {
  boolean,
  checkShape,
  count,
  describe,
  integer,
  isRecord,
  optional,
  positive,
  required,
  shaped,
  uint16,
  uint8,
  word,
} from '../shape.ts';
import { synproxyShape } from '../statement/action.ts';
import { checkLimitUnits, limitShape } from '../statement/stateful.ts';
import { statements } from '../statement/statement.ts';
import { comment, name } from '../text.ts';
import { isCanonicalIpv6, parseIpv4 } from '../../value/address.ts';
import { family, placed } from './place.ts';

/** The properties of a rule; `handle` of a rule to add is read by no known release. */
export const ruleShape: Shape = {
  family,
  table: required(name),
  chain: required(name),
  expr: required(statements),
  index: optional(count),
  comment: optional(comment),
};

const l3proto = optional(word(['ip', 'ip6', 'inet']));
const protocol = required(word(['tcp', 'udp']));

const TIMEOUT_STATES: Readonly<Record<string, readonly string[]>> = {
  tcp: [
    'syn_sent',
    'syn_recv',
    'established',
    'fin_wait',
    'close_wait',
    'last_ack',
    'time_wait',
    'close',
    'syn_sent2',
    'retrans',
    'unack',
  ],
  udp: ['unreplied', 'replied'],
};

function timeoutPolicy(ctx: CheckContext, value: unknown, of: unknown): void {
  if (!isRecord(value)) {
    report(ctx, 'wrong-type', `expected seconds by state, found ${describe(value)}`);
    return;
  }
  const states = typeof of === 'string' ? (TIMEOUT_STATES[of] ?? []) : [];
  checkShape(ctx, value, Object.fromEntries(states.map((state) => [state, optional(positive)])));
}

const ctTimeout: Check = (ctx, body) => {
  const of = isRecord(body) ? body['protocol'] : undefined;
  const policy = required((inner: CheckContext, value: unknown) => timeoutPolicy(inner, value, of));
  // WHY: nft 1.0.6 silently drops the policy and takes a wrong l3proto.
  checkShape(ctx, body, { ...placed, protocol, l3proto, policy: { ...policy, since: '1.0.6.1' } });
};

const limit: Check = (ctx, body) => {
  if (checkShape(ctx, body, { ...placed, ...limitShape })) checkLimitUnits(ctx, body);
};

const plainText =
  (pattern: RegExp, longest: number): Check =>
  (ctx, value) => {
    if (typeof value !== 'string' || !pattern.test(value))
      report(ctx, 'bad-text', `${describe(value)} is not safe to write`);
    else if (value.length > longest) report(ctx, 'too-long', `the text has at most ${longest} bytes`);
  };

const tunnelAddress =
  (isAddress: (text: string) => boolean): Check =>
  (ctx, value) => {
    if (typeof value !== 'string' || !isAddress(value))
      report(ctx, 'not-canonical', `${describe(value)} is no numeric address`);
  };
const ipv4 = optional(tunnelAddress((text) => parseIpv4(text) !== undefined));
const ipv6 = optional(tunnelAddress(isCanonicalIpv6));

/** The objects that are declared by name and keep state. */
export const namedObjects: Readonly<Record<string, Check>> = {
  counter: shaped({
    ...placed,
    packets: optional(count),
    bytes: optional(count),
    comment: optional(comment, '1.0.6.1'),
  }),
  quota: shaped({ ...placed, bytes: required(count), used: optional(count), inv: optional(boolean) }),
  limit,
  'ct helper': shaped({ ...placed, type: required(plainText(/^[a-zA-Z0-9_.-]+$/, 15)), protocol, l3proto }),
  'ct timeout': ctTimeout,
  'ct expectation': shaped({
    ...placed,
    l3proto,
    protocol,
    dport: required(uint16),
    timeout: required(positive),
    size: required(uint8),
  }),
  secmark: shaped({ ...placed, context: required(plainText(/^[A-Za-z0-9_.:,-]+$/, 255)) }),
  synproxy: shaped({ ...placed, ...synproxyShape, mss: required(uint16), wscale: required(integer(0, 14)) }),
  tunnel: shaped({
    ...placed,
    id: required(integer(0, 0xffffffff)),
    'src-ipv4': ipv4,
    'dst-ipv4': ipv4,
    'src-ipv6': ipv6,
    'dst-ipv6': ipv6,
    sport: optional(uint16),
    dport: optional(uint16),
    ttl: optional(uint8),
    tos: optional(uint8),
    type: optional(word(['vxlan', 'erspan', 'geneve'])),
    tunnel: optional(() => undefined),
  }),
};
