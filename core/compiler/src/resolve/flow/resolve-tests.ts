/**
 * The `test` items of all files.
 *
 * In: the items and the names around them. Out: tests in the order of the files. Guaranteed: every problem of every
 * expectation is reported; what is wrong is left out.
 */
import type { Expectation, TestItem, Verdict } from '@weir/grammar';
import type { Flow, FlowExpectation, FlowTest } from '../../policy/flow.ts';
import type { RejectKind } from '../../policy/rule.ts';
import { checkAnnotations } from '../annotations.ts';
import type { Environment, World } from '../environment.ts';
import { misplacedOption, misplacedVerdict } from '../findings.ts';
import { rejectKind } from '../reject-kind.ts';
import { spanOf } from '../report.ts';
import { emptyTest, titleTwice, twiceExpected } from './findings.ts';
import { resolveFlow } from './resolve-flow.ts';

export interface TestPlace {
  readonly file: string;
  readonly item: TestItem;
}

export function resolveTests(tests: readonly TestPlace[], world: World): readonly FlowTest[] {
  const titles = new Map<string, TestPlace>();
  return tests.map(({ file, item }) => {
    const title = item.title.value;
    const first = titles.get(title);
    if (first !== undefined) {
      const labels = [{ span: spanOf(first.file, first.item.title), text: 'the first one' }];
      world.report.add(titleTwice(spanOf(file, item.title), { title, labels }));
    } else titles.set(title, { file, item });
    return { title, span: spanOf(file, item), expectations: expectationsOf(file, item, world) };
  });
}

function expectationsOf(file: string, item: TestItem, world: World): readonly FlowExpectation[] {
  const env: Environment = { world, file, params: new Map() };
  if (item.expectations.length === 0 && item.broken !== true) world.report.add(emptyTest(spanOf(file, item), {}));
  const found = item.expectations.flatMap((expectation) => expectationOf(expectation, env) ?? []);
  const asked = new Map<string, FlowExpectation>();
  for (const expectation of found) {
    const key = flowKey(expectation.flow);
    const first = asked.get(key);
    if (first === undefined) asked.set(key, expectation);
    else if (first.verdict !== expectation.verdict) {
      const labels = [{ span: first.span, text: `\`${first.verdict}\` here` }];
      world.report.add(twiceExpected(expectation.span, { labels }));
    }
  }
  return found;
}

/** What two flows share that ask the same. */
function flowKey({ subject, source, claimed, destination, state }: Flow): string {
  return JSON.stringify([subject, source, claimed, destination, state], (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
}

function expectationOf(node: Expectation, env: Environment): FlowExpectation | undefined {
  checkAnnotations(node.annotations, 'item', env);
  const verdict = expectedVerdict(node.verdict, env);
  const flow = resolveFlow(node.flow, env);
  if (verdict === undefined || flow === undefined) return undefined;
  if (verdict.rejectWith === 'tcp-reset' && !isTcp(flow)) {
    const params = { option: 'with tcp-reset', where: 'on a flow that is not tcp', help: 'name `tcp` in the flow' };
    return env.world.report.add(misplacedOption(spanOf(env.file, node.verdict), params));
  }
  return { ...verdict, flow, span: spanOf(env.file, node) };
}

const isTcp = ({ subject }: Flow): boolean =>
  subject.kind === 'service' && subject.parts.every(({ protocol }) => protocol === 6);

function expectedVerdict(
  node: Verdict,
  env: Environment,
): { readonly verdict: FlowExpectation['verdict']; readonly rejectWith?: RejectKind } | undefined {
  const { verdict } = node;
  if (verdict === 'accept' || verdict === 'drop') return { verdict };
  if (verdict !== 'reject') {
    const help = 'what becomes of a flow is `accept`, `drop` or `reject`';
    return env.world.report.add(misplacedVerdict(spanOf(env.file, node), { verdict, item: 'test', help }));
  }
  if (node.with === undefined) return { verdict };
  const kind = rejectKind(node, env);
  return kind && { verdict, rejectWith: kind };
}
