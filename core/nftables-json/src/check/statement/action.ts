/** Checks of the remaining statements: refusing, logging, forwarding, queueing and helpers. */
import {
  ICMPV6_REJECT_CODES,
  ICMPX_CODES,
  ICMP_REJECT_CODES,
  LOG_FLAGS,
  LOG_LEVELS,
  QUEUE_FLAGS,
  REJECT_TYPES,
  SYNPROXY_FLAGS,
} from '../../types/statement.ts';
import type { Family } from '../../types/family.ts';
import { argument } from '../argument.ts';
import type { Check, CheckContext } from '../context.ts';
import { report } from '../context.ts';
import type { Shape } from '../shape.ts';
import {
  checkShape,
  describe,
  isRecord,
  listOf,
  nothingOr,
  optional,
  required,
  shaped,
  uint16,
  uint32,
  uint8,
  word,
} from '../shape.ts';
import { logPrefix } from '../text.ts';
import { checkSetReference } from '../value.ts';

const rejectCodes: Readonly<Record<string, readonly string[]>> = {
  icmpx: ICMPX_CODES,
  icmp: ICMP_REJECT_CODES,
  icmpv6: ICMPV6_REJECT_CODES,
};

/** Refusals that do not fit the family of the table. */
const foreignReject: Readonly<Partial<Record<Family, readonly string[]>>> = {
  ip: ['icmpv6', 'icmpx'],
  ip6: ['icmp', 'icmpx'],
};

function rejectCode(ctx: CheckContext, type: string, code: unknown): void {
  const codes = rejectCodes[type];
  if (codes === undefined) report(ctx, 'unknown-property', `\`${type}\` has no code`);
  else if (typeof code === 'number') uint8(ctx, code);
  else word(codes)(ctx, code);
}

/** A refusal. */
export const reject: Check = nothingOr((ctx, body) => {
  const type = isRecord(body) && typeof body['type'] === 'string' ? body['type'] : '';
  checkShape(ctx, body, {
    type: required(word(REJECT_TYPES)),
    expr: optional((inner, code) => rejectCode(inner, type, code)),
  });
  const foreign = ctx.family === undefined ? undefined : foreignReject[ctx.family];
  if (foreign?.includes(type) === true)
    report(ctx, 'wrong-family', `${describe(type)} does not fit the family ${ctx.family}`, 'type');
  if (ctx.family === 'arp') report(ctx, 'wrong-family', 'the family arp has no reject');
});

const logShape: Shape = {
  prefix: optional(logPrefix),
  group: optional(uint16),
  snaplen: optional(uint32),
  'queue-threshold': optional(uint16),
  level: optional(word(LOG_LEVELS)),
  flags: optional(listOf(word(LOG_FLAGS))),
};

/** A log line. WHY: level and flags belong to the kernel log, group and its options to nfnetlink_log; nft refuses both at once. */
export const log: Check = nothingOr((ctx, body) => {
  if (!checkShape(ctx, body, logShape)) return;
  if (body['group'] !== undefined && (body['level'] !== undefined || body['flags'] !== undefined)) {
    report(ctx, 'flag-conflict', '`group` cannot stand with `level` or `flags`', 'group');
  }
  if (body['group'] === undefined && (body['snaplen'] !== undefined || body['queue-threshold'] !== undefined)) {
    report(ctx, 'flag-conflict', '`snaplen` and `queue-threshold` need `group`');
  }
});

const device = argument([{ type: 'iface_index', bits: 32 }]);

/** Sends the packet out of another device. */
export const fwd: Check = (ctx, body) => {
  if (
    !checkShape(ctx, body, {
      dev: required(device),
      family: optional(word(['ip', 'ip6'])),
      addr: optional(argument(undefined)),
    })
  )
    return;
  if ((body['family'] === undefined) !== (body['addr'] === undefined)) {
    report(ctx, 'missing-property', '`family` and `addr` of fwd stand together');
  }
  if (ctx.family !== undefined && ctx.family !== 'netdev')
    report(ctx, 'wrong-family', 'fwd exists only in the family netdev');
};

/** Sends a copy. In netdev tables `addr` is the device. */
export const dup: Check = (ctx, body) => {
  const types = { ip: 'ipv4_addr', ip6: 'ipv6_addr', netdev: 'iface_index' } as const;
  const family = ctx.family;
  const isKnown = family === 'ip' || family === 'ip6' || family === 'netdev';
  if (family !== undefined && !isKnown) report(ctx, 'wrong-family', `the family ${family} has no dup`);
  const addr = argument(isKnown ? [{ type: types[family], bits: family === 'ip6' ? 128 : 32 }] : undefined);
  checkShape(ctx, body, { addr: required(addr), dev: optional(device) });
};

/** Hands the flow to a flowtable. */
export const flow: Check = (ctx, body) => {
  checkShape(ctx, body, { op: required(word(['add'])), flowtable: required(checkSetReference) });
  // WHY: the kernel refuses flowtables in the bridge family.
  if (ctx.family !== undefined && !['ip', 'ip6', 'inet'].includes(ctx.family)) {
    report(ctx, 'wrong-family', `the family ${ctx.family} has no flowtables`);
  }
};

/** Sends the packet to user space. */
export const queue: Check = nothingOr(
  shaped({
    num: optional(argument([{ type: 'integer', bits: 16 }], true)),
    flags: optional(listOf(word(QUEUE_FLAGS))),
  }),
);

/** Properties of a SYN proxy. */
export const synproxyShape: Shape = {
  mss: optional(uint16),
  wscale: optional(uint8),
  flags: optional(listOf(word(SYNPROXY_FLAGS))),
};
