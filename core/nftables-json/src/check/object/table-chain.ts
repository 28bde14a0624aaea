/** Checks of tables, chains and flowtables. */
import type { Family } from '../../types/family.ts';
import { CHAIN_TYPES, CHAIN_TYPES_OF_FAMILY, HOOKS, HOOKS_OF_FAMILY, POLICIES } from '../../types/family.ts';
import type { ChainType, Hook } from '../../types/family.ts';
import { TABLE_FLAGS } from '../../types/object.ts';
import type { Check, CheckContext } from '../context.ts';
import { report, requireVersion } from '../context.ts';
import type { Shape } from '../shape.ts';
import { checkShape, describe, listOf, optional, required, shaped, word } from '../shape.ts';
import { comment, interfaceName, name } from '../text.ts';
import { family, placed } from './place.ts';

/** A table. */
export const table: Check = shaped({
  family,
  name: required(name),
  flags: optional(listOf(word(TABLE_FLAGS)), '1.1.3'),
  comment: optional(comment, '1.0.6.1'),
});

/** A priority. WHY: any other JSON value makes nft install a regular chain without hook and policy, and say nothing. */
const priority: Check = (ctx, value) => {
  const isInt32 = typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
  if (!isInt32)
    report(
      ctx,
      'half-base-chain',
      `the priority is a whole number, found ${describe(value)}; nft would silently make a regular chain`,
    );
};

/** One device, or several. */
const devices: Check = (ctx, value) => {
  if (!Array.isArray(value)) interfaceName(ctx, value);
  else if (requireVersion(ctx, '1.0.6.1', 'a list of devices')) listOf(interfaceName)(ctx, value);
};

const chainShape: Shape = {
  ...placed,
  type: optional(word(CHAIN_TYPES)),
  hook: optional(word(HOOKS)),
  prio: optional(priority),
  dev: optional(devices),
  policy: optional(word(POLICIES)),
  comment: optional(comment, '1.0.6.1'),
};

const BASE_KEYS = ['type', 'hook', 'prio'] as const;

/** A chain, regular or base. */
export const chain: Check = (ctx, body) => {
  if (!checkShape(ctx, body, chainShape)) return;
  const missing = BASE_KEYS.filter((key) => body[key] === undefined);
  const hasExtras = body['policy'] !== undefined || body['dev'] !== undefined;
  if (missing.length === 3 && !hasExtras) return;
  if (missing.length > 0) {
    report(ctx, 'half-base-chain', `a base chain needs ${missing.join(', ')}; nft would silently make a regular chain`);
  } else checkHook(ctx, body['type'], body['hook'], body);
};

function checkHook(ctx: CheckContext, type: unknown, hook: unknown, body: Readonly<Record<string, unknown>>): void {
  const of: Family | undefined = ctx.family;
  if (of === undefined) return;
  if (!CHAIN_TYPES_OF_FAMILY[of].includes(type as ChainType)) {
    report(ctx, 'wrong-hook', `the family ${of} has no chains of type ${describe(type)}`, 'type');
  }
  if (!HOOKS_OF_FAMILY[of].includes(hook as Hook))
    report(ctx, 'wrong-hook', `the family ${of} has no hook ${describe(hook)}`, 'hook');
  if (type === 'route' && hook !== 'output')
    report(ctx, 'wrong-hook', 'route chains stand only on the hook output', 'hook');
  if (type === 'nat' && (hook === 'forward' || hook === 'ingress')) {
    report(ctx, 'wrong-hook', `nat chains cannot stand on the hook ${hook}`, 'hook');
  }
  // WHY: the kernel puts nat after connection tracking, which runs at -200.
  if (type === 'nat' && typeof body['prio'] === 'number' && body['prio'] <= -200) {
    report(ctx, 'out-of-range', 'the priority of a nat chain is above -200', 'prio');
  }
  checkDevice(ctx, hook, body['dev']);
}

function checkDevice(ctx: CheckContext, hook: unknown, dev: unknown): void {
  const needsDevice = hook === 'ingress' || hook === 'egress';
  if (needsDevice && dev === undefined) report(ctx, 'needs-device', `a chain on ${String(hook)} needs \`dev\``);
  if (!needsDevice && dev !== undefined) report(ctx, 'needs-device', `a chain on ${String(hook)} has no device`, 'dev');
}

/** A flowtable. WHY: nft reads no flags of flowtables, and needs `dev` up to 1.0.6. */
export const flowtable: Check = (ctx, body) => {
  checkShape(ctx, body, {
    ...placed,
    hook: required(word(['ingress'])),
    prio: required(priority),
    dev: required(devices),
  });
  if (ctx.family !== undefined && !['ip', 'ip6', 'inet'].includes(ctx.family)) {
    report(ctx, 'wrong-family', `the family ${ctx.family} has no flowtables`);
  }
};
