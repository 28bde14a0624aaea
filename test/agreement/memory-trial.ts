// One question put to both: the interpreter decides a frame from the policy, the nftables in memory from the emitted rules. In: a compiled site,
// rulesets loaded from its documents, a trial. Out: what both said, and in what they differ. Guarantees: pure but for the counters of the ruleset.
import type { Policy, Port, Target } from '@weir/compiler';
import { allMarks } from '@weir/compiler';
import type { HookResult, MemoryNft } from '@weir/nftables-json';
import { decide as referenceDecide, type Decision, readFrame } from '@weir/semantics';
import type { Decide } from './agreement.ts';
import { carry, type Outcome, packetType, type Passage } from './memory-bridge.ts';

/** A frame at a port, and what the host knows. */
export interface Trial extends Passage {
  readonly port: Port;
}

/** What a trial is put to. */
export interface Bench {
  readonly policy: Policy;
  readonly target: Target;
  readonly nft: MemoryNft;
}

export interface Answers {
  readonly decision: Decision;
  readonly outcome: Outcome;
  /** In what the two differ: `verdict`, `answer`, `log`, `mark`, `dscp`. */
  readonly aspects: readonly string[];
}

/** What is compared of an answer. */
interface Said {
  readonly verdict: string;
  readonly answer: string;
  readonly log: string;
  readonly mark: number;
  readonly dscp: string;
}

/** The mark of a trial without Weir's own bits, which nobody may see. */
const markOf = ({ facts }: Trial, target: Target): number => (facts.mark & ~allMarks(target.marks)) >>> 0;

/** What the interpreter says. */
export function decideTrial(policy: Policy, target: Target, trial: Trial, decide: Decide = referenceDecide): Decision {
  const { port, direction, frame, facts } = trial;
  const known = { mark: markOf(trial, target), packetType: packetType(frame, facts) };
  return decide(policy, port, direction, readFrame(frame), facts.state, known);
}

/** Asks both. */
export function ask(bench: Bench, trial: Trial, decide: Decide = referenceDecide): Answers {
  const { policy, target, nft } = bench;
  const decision = decideTrial(policy, target, trial, decide);
  const outcome = carry(nft, target, trial);
  const [expected, actual] = [
    expectedOf(decision, trial, target, markOf(trial, target)),
    actualOf(outcome, allMarks(target.marks)),
  ];
  const aspects = (Object.keys(expected) as (keyof Said)[]).filter((key) => expected[key] !== actual[key]);
  return { decision, outcome, aspects };
}

/** WHY: a kernel refuses with an answer only what comes from the guest, and only where it has bridge rejects; else it drops. */
function expectedOf(decision: Decision, { direction, frame }: Trial, target: Target, mark: number): Said {
  const { verdict, rejectWith = '', effects } = decision;
  const isRefused = verdict === 'reject' && direction === 'out' && target.kernel.bridgeReject;
  const marked = effects.findLast(({ options }) => options.mark !== undefined)?.options.mark;
  const dscp = effects.findLast(({ options }) => options.dscp !== undefined)?.options.dscp;
  const logs = effects.flatMap(({ options: { log } }) =>
    log === undefined ? [] : [[log.prefix, log.level, log.group]],
  );
  return {
    verdict: verdict === 'reject' && !isRefused ? 'drop' : verdict,
    answer: isRefused ? rejectWith : '',
    log: JSON.stringify(logs),
    mark: marked ?? mark,
    dscp: String(dscp ?? dscpOf(frame)),
  };
}

const ICMPX = ['no-route', 'port-unreachable', 'host-unreachable', 'admin-prohibited'];

function actualOf({ verdict, effects, packet }: Outcome, ours: number): Said {
  const logs = effects.flatMap((effect) =>
    effect.kind === 'log' ? [[effect.body.prefix, effect.body.level, effect.body.group]] : [],
  );
  return {
    verdict,
    answer: effects.map(answerOf).join(''),
    log: JSON.stringify(logs),
    mark: ((packet.mark ?? 0) & ~ours) >>> 0,
    dscp: String(dscpOf(packet.frame ?? new Uint8Array())),
  };
}

function answerOf(effect: HookResult['effects'][number]): string {
  if (effect.kind !== 'reject') return '';
  return effect.type === 'tcp reset' ? 'tcp-reset' : (ICMPX[effect.code ?? -1] ?? `${effect.type} ${effect.code}`);
}

function dscpOf(frame: Uint8Array): number | undefined {
  const { ip, bytes } = readFrame(frame);
  if (ip === undefined || bytes.length < 16) return undefined;
  const [first = 0, second = 0] = bytes.subarray(14, 16);
  return ip.family === 'ipv4' ? second >> 2 : ((first & 15) << 2) | (second >> 6);
}
