/** What is needed to read a policy's profiles, found once. */
import { allMarks, canReject, stateSource } from '@weir/compiler';
import type { Direction, NamedSet, Policy, PolicyNode, Port, Profile, Registry, Target } from '@weir/compiler';
import type { Attachment } from '@weir/plugin';
import type { AskedTwice, Place } from '../space/bounds.ts';
import { packetBounds } from '../space/bounds.ts';
import { Headers } from '../space/headers.ts';
import { OwnFacts, slotsOf } from '../space/own.ts';
import type { OwnKind, SharedSlot } from '../space/own.ts';
import { Planner } from '../space/space.ts';
import type { Space } from '../space/space.ts';
import type { Terms } from '../space/terms.ts';
import { planProfile, profileDiagram } from './profile-diagram.ts';
import type { ProfileWorld } from './profile-diagram.ts';
import type { Diagram } from '../engine/diagrams.ts';

/** A policy and what it is compiled for. */
export interface PolicyEnv {
  readonly policy: Policy;
  readonly target: Target;
  readonly attachments: Registry['attachments'];
}

/** One profile in one direction, and its surroundings. */
export interface Way {
  readonly profile: Profile;
  readonly direction: Direction;
  readonly attachment: Attachment;
  readonly place: Place;
  readonly target: Target;
  readonly ports: readonly Port[];
  readonly sets: ReadonlyMap<string, NamedSet>;
  readonly own: OwnFacts;
  readonly answerMark: number | undefined;
}

/** Every profile of a policy in both directions, in order. Throws when an attachment is not there. */
export function waysOf({ policy, target, attachments }: PolicyEnv): readonly Way[] {
  const sets = new Map(policy.sets.map((set) => [set.id, set]));
  const ports = new Map<string, Port[]>(policy.profiles.map(({ name }) => [name, []]));
  for (const port of policy.ports) ports.get(port.profile)?.push(port);
  return policy.profiles.flatMap((profile) => {
    const attachment = attachments.get(profile.attachment)?.attachment;
    if (attachment === undefined) throw new Error(`no attachment ${profile.attachment}`);
    const own = ports.get(profile.name) ?? [];
    const place: Place = {
      layer: attachment.layer,
      state: stateSource(attachment, target),
      marks: target.marks,
      isReassembled: profile.stateful,
    };
    return (['out', 'in'] as const).map((direction): Way => {
      const answers =
        direction === 'in' &&
        attachment.family === 'bridge' &&
        canReject(attachment, target, 'out') &&
        refuses(profile, 'out');
      return {
        profile,
        direction,
        attachment,
        place,
        target,
        ports: own,
        sets,
        own: new OwnFacts(ownSlots(own)),
        answerMark: answers ? target.marks.answer : undefined,
      };
    });
  });
}

const OWN_KINDS: readonly OwnKind[] = ['mac', 'ipv4', 'ipv6'];

function ownSlots(ports: readonly Port[]): Readonly<Record<OwnKind, readonly SharedSlot[]>> {
  const of = (own: OwnKind): readonly SharedSlot[] => {
    const found = new Map<string, SharedSlot & { readonly count: number }>();
    for (const port of ports) {
      for (const { length, number } of slotsOf(port, own)) {
        const count = (found.get(`${length} ${number}`)?.count ?? 0) + 1;
        found.set(`${length} ${number}`, { length, number, isShared: count === ports.length, count });
      }
    }
    return [...found.values()].map(({ length, number, isShared }) => ({ length, number, isShared }));
  };
  const [mac, ipv4, ipv6] = OWN_KINDS.map(of);
  return { mac: mac ?? [], ipv4: ipv4 ?? [], ipv6: ipv6 ?? [] };
}

/** WHY: what a filter refuses is answered by the kernel through the port's own chain of the other direction. */
function refuses({ filters }: Profile, direction: Direction): boolean {
  const some = (nodes: readonly PolicyNode[]): boolean =>
    nodes.some((node) => (node.kind === 'rule' ? node.verdict.kind === 'reject' : some(node.nodes)));
  return filters.some(({ [direction]: list }) => list.default.verdict.kind === 'reject' || some(list.nodes));
}

/** The world in which a way's rules are read. `attribute`: leaves also tell which rule gave them. */
export function worldOf(way: Way, terms: Terms, leaf: ProfileWorld['leaf']): ProfileWorld {
  const { marks } = way.target;
  return {
    headers: new Headers(terms),
    sets: way.sets,
    own: way.own,
    ownMarks: allMarks(marks),
    canReject: canReject(way.attachment, way.target, way.direction),
    ...(way.answerMark !== undefined && { answerMark: way.answerMark }),
    leaf,
  };
}

/** A space in which a way can be read. `also`: further questions that it must have levels for. */
export interface PlannedWay {
  readonly space: Space;
  readonly twice: AskedTwice;
}

/** Plans the space of ways that are compared with each other, and of whatever else is asked. */
export function planWays(
  ways: readonly Way[],
  also: (terms: Planner) => void = () => undefined,
  budget?: number,
): PlannedWay {
  const planner = new Planner();
  for (const way of ways)
    planProfile(
      way.profile,
      way.direction,
      worldOf(way, planner, () => 1),
    );
  also(planner);
  const twice = planner.askedTwice();
  for (const way of ways) {
    packetBounds(new Headers(planner), way.place, twice);
    way.own.bounds(planner);
  }
  return { space: planner.finish(budget), twice };
}

/** The packets that can come where a way's rules are. */
export function waySet(way: Way, { space, twice }: PlannedWay): Diagram {
  return space.diagrams.where(packetBounds(new Headers(space), way.place, twice), way.own.bounds(space));
}

/** What becomes of every packet on a way; packets that cannot come have some outcome too. */
export function wayDiagram(way: Way, { space }: PlannedWay): Diagram {
  return profileDiagram(
    way.profile,
    way.direction,
    worldOf(way, space, (outcome) => space.outcome(outcome)),
  );
}
