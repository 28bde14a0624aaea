/** A run of `weir prove` for people: a line for each claim, and of what is refuted the packet, hop by hop. */
import type { PortClaimResult, PortFinding } from '@weir/analysis';
import { makeVisible } from '@weir/compiler';
import { counted } from '../output/counted.ts';
import { deciderOf } from '../output/hop-words.ts';
import { flowText, type JourneyTextOptions } from '../output/journey-text.ts';
import { countResults, type ProvedClaim, type ProvedGroup, type ProveReport } from './prove-report.ts';
import type { FollowedFrame } from './witness-flow.ts';

const HEADS = { proved: 'proved     ', refuted: 'REFUTED    ', undecided: 'NOT DECIDED', open: 'open       ' } as const;

export function proveText(report: ProveReport, options: JourneyTextOptions): string {
  const { target, profiles, groups, ports } = report;
  const policies = profiles === 1 ? '1 policy' : `${profiles} policies`;
  return [
    `${HEADS.proved}  what is emitted for ${target} is what is written (${policies})\n`,
    '\nevery port\n',
    ...ports.map((claim) => portText(claim, options)),
    groups.length === 0 ? '\nthere is no `assert` in these files, and no mode promises anything\n' : '\nclaims\n',
    ...groups.map((group) => groupText(group, options)),
    closing(report),
  ].join('');
}

function closing(report: ProveReport): string {
  const { proved, refuted, undecided, open } = countResults(report);
  const opened = open === 0 ? '' : `; ${counted(open, 'claim')} about ports that some guard leaves open`;
  return `\n${proved} proved, ${refuted} refuted, ${undecided} not decided${opened}\n`;
}

type Finding = PortFinding<FollowedFrame>;

function portText({ title, findings }: PortClaimResult<FollowedFrame>, options: JourneyTextOptions): string {
  const kept = findings.filter(({ kind }) => kind === 'proved');
  const rest = findings.filter(({ kind }) => kind !== 'proved');
  const head = rest.some(({ kind }) => kind === 'undecided')
    ? HEADS.undecided
    : rest.length > 0
      ? HEADS.open
      : HEADS.proved;
  const lines = rest.map((finding) => `               ${findingWords(finding, options)}\n`).join('');
  return `${head}  ${title} (${portsOf(kept, rest)})\n${lines}`;
}

/** WHY: a profile has two directions, and its ports count once. */
function portsOf(kept: readonly Finding[], rest: readonly Finding[]): string {
  const open = new Set(rest.map(({ profile }) => profile));
  const profiles = new Map([...kept, ...rest].map((finding) => [finding.profile, finding.ports.length]));
  const count = (names: readonly string[]): number => names.reduce((sum, name) => sum + (profiles.get(name) ?? 0), 0);
  const holding = [...profiles.keys()].filter((name) => !open.has(name));
  const all = [...profiles.keys()];
  if (all.length === 0) return 'no port has such a policy';
  const ports = counted(count(holding), 'port');
  const policies = holding.length === 1 ? '1 policy' : `${holding.length} policies`;
  return open.size === 0 ? `${ports}, ${policies}` : `${count(holding)} of ${counted(count(all), 'port')}`;
}

function findingWords(finding: Finding, { lines, paint }: JourneyTextOptions): string {
  const [first] = finding.ports;
  const who = `${first?.guest ?? ''} ${first?.ifname ?? ''}${finding.ports.length > 1 ? ` and ${counted(finding.ports.length - 1, 'other port')}` : ''}`;
  if (finding.kind !== 'refuted') return `${who}: ${finding.kind === 'undecided' ? finding.why : ''}`;
  const { journey, direction, bytes, ifname } = finding.witness;
  const [hop] = journey.hops;
  const decider = hop && deciderOf(hop);
  const place = decider?.span ? `${paint.place(lines.place(decider.span))}  ` : '';
  const frame = `weir explain … --port ${ifname} --direction ${direction} --frame ${Buffer.from(bytes).toString('hex')}`;
  return `${who}: ${place}${makeVisible(decider?.words ?? '')}\n               ${paint.quiet(frame)}`;
}

function groupText({ group, claims }: ProvedGroup, options: JourneyTextOptions): string {
  const { lines, paint } = options;
  const whose = group.guarantee ? `mode ${group.guarantee.mode}: ` : '';
  const worst = (['refuted', 'undecided', 'proved'] as const).find((kind) =>
    claims.some(({ result }) => result.kind === kind),
  );
  const head = `${HEADS[worst ?? 'proved']}  ${whose}${paint.strong(makeVisible(group.title))}  ${paint.place(lines.place(group.span))}\n`;
  return head + claims.map((one) => claimText(one, options)).join('');
}

function claimText({ claim, result }: ProvedClaim, options: JourneyTextOptions): string {
  if (result.kind === 'proved') return '';
  const { lines, paint } = options;
  const place = `\n  ${paint.place(lines.place(claim.span))}  ${makeVisible(claim.text)}\n`;
  if (result.kind === 'undecided') return `${place}    not decided: ${makeVisible(result.why)}\n\n`;
  return `${place}\n${flowText(result.witness, options)}\n`;
}
