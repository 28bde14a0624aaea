/** Refusals and translations. In: their statements. Out: steps that record what is to happen and give the verdict that goes with it. */
import type { NatBody, PortNatBody, RejectBody } from '../types/statement.ts';
import { symbolValue } from '../types/symbol.ts';
import type { ValueType } from '../value/value-type.ts';
import { Refusal } from './error.ts';
import type { Run, Step } from './run.ts';
import type { Scope } from './scope.ts';
import { L3, needNetwork, needTransport, nfprotoOf } from './scope.ts';
import type { LoadSpan } from './value-source.ts';
import { compileSpan } from './value-source.ts';

type RejectType = RejectBody['type'];

const CODE_TYPES = { icmp: 'icmp_code', icmpv6: 'icmpv6_code', icmpx: 'icmpx_code' } as const;

/** WHY: without a type nft takes that of the family, or of the network protocol that the rule has matched; icmpx where it has none. */
function plainType(scope: Scope): RejectType {
  if (scope.l3 === L3.ip) return 'icmp';
  return scope.l3 === L3.ip6 ? 'icmpv6' : 'icmpx';
}

/** Compiles a refusal; the verdict is drop. */
export function compileReject(body: RejectBody | null, scope: Scope): Step {
  const type = body?.type ?? plainType(scope);
  if (type === 'tcp reset') needTransport(scope, 6);
  if (type === 'icmp') needNetwork(scope, L3.ip, 'meta');
  if (type === 'icmpv6') needNetwork(scope, L3.ip6, 'meta');
  const code = type === 'tcp reset' ? undefined : codeOf(type, body);
  return (run) => {
    run.effects.push({ kind: 'reject', rule: run.rule, type, code, isAnswered: isAnswered(run) });
    return { kind: 'drop' };
  };
}

function codeOf(type: Exclude<RejectType, 'tcp reset'>, body: RejectBody | null): number {
  const word = (body !== null && 'expr' in body ? body.expr : undefined) ?? 'port-unreachable';
  const code = typeof word === 'number' ? word : symbolValue(CODE_TYPES[type], word);
  if (code === undefined) throw new Refusal('wrong-type', `\`${word}\` is no code of \`${type}\``);
  return code;
}

/** WHY: a bridge answers nothing to frames for groups and nothing that is not IP; it drops them all the same (Linux nft_reject_bridge). */
function isAnswered({ layers, family }: Run): boolean {
  if (layers.protocol !== L3.ip && layers.protocol !== L3.ip6) return false;
  return family !== 'bridge' || (layers.bytes[0] ?? 0) % 2 === 0;
}

const ADDRESS: Readonly<Record<'ip' | 'ip6', ValueType>> = {
  ip: { type: 'ipv4_addr', bits: 32 },
  ip6: { type: 'ipv6_addr', bits: 128 },
};
const PORT: ValueType = { type: 'inet_service', bits: 16 };

/** Compiles a translation; the verdict is accept, and later chains that translate at this hook are not asked. */
export function compileNat(kind: 'snat' | 'dnat', body: NatBody, scope: Scope): Step {
  const own = scope.family === 'ip' || scope.family === 'ip6' ? scope.family : undefined;
  const family = body.family ?? own;
  if (body.addr !== undefined && family === undefined)
    throw new Refusal('wrong-type', `\`${kind}\` needs a family here`);
  const address =
    body.addr === undefined || family === undefined ? undefined : compileSpan(body.addr, ADDRESS[family], scope);
  return translation(kind, address, body, family, scope);
}

/** Compiles a translation to the address of an interface. */
export function compilePortNat(kind: 'masquerade' | 'redirect', body: PortNatBody | null, scope: Scope): Step {
  return translation(kind, undefined, body ?? {}, undefined, scope);
}

function translation(
  kind: 'snat' | 'dnat' | 'masquerade' | 'redirect',
  address: LoadSpan | undefined,
  body: PortNatBody,
  family: 'ip' | 'ip6' | undefined,
  scope: Scope,
): Step {
  const port = body.port === undefined ? undefined : compileSpan(body.port, PORT, scope);
  const nfproto = family === undefined ? undefined : family === 'ip' ? 2 : 10;
  const flags = body.flags ?? [];
  return (run) => {
    // WHY: in an inet table a translation of the other family does nothing, and the rule goes on (Linux nft_nat).
    if (nfproto !== undefined && nfprotoOf(run) !== nfproto) return 'next';
    const [to, ports] = [address?.(run), port?.(run)];
    if ((address !== undefined && to === undefined) || (port !== undefined && ports === undefined)) return 'break';
    run.isTranslated = true;
    run.effects.push({ kind, rule: run.rule, address: to, port: ports, flags });
    return { kind: 'accept' };
  };
}
