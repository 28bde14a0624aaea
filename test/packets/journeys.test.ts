// What the reference semantics says of the lab's site: the table of modes without a kernel.
import { type FlowOutcome, type Hop, travelFlow } from '@weir/semantics';
import { expect, test } from 'vitest';
import { flowIn, modelled } from './modelled.ts';
import { HOST, OPEN_FILTER, siteText } from './site.ts';

const HOST_ADDRESSES = `host { address ${HOST.ipv4}, ${HOST.ipv6} }\n`;
const site = modelled({ 'site.weir': siteText(OPEN_FILTER, () => 'open', HOST_ADDRESSES) });
const outcome = (flow: string): FlowOutcome => travelFlow(site.policy, flowIn(site, flow));

/** A hop in a few words. */
function words(hop: Hop): string {
  if (hop.kind === 'port') return `${hop.guest} ${hop.direction}`;
  if (hop.kind === 'network') return hop.by ? `${hop.hook}: ${hop.by.purpose}` : hop.hook;
  return `${hop.kind} ${hop.why}`;
}

const hops = (flow: string): readonly string[] => (outcome(flow).answers[0]?.journey.hops ?? []).map(words);

test('guests of one network reach each other over the bridge, each asked at its own port', () => {
  expect(hops('tcp n1 -> n2 port 80')).toEqual(['n1 out', 'bridge delivered', 'n2 in']);
  expect(outcome('tcp n1 -> n2 port 80').answers.map(({ journey }) => journey.reply?.verdict)).toEqual([
    'accept',
    'accept',
  ]);
});

test('a guest of a translated network bears an address of the host outside, and the answer finds it', () => {
  const [answer] = outcome('tcp n1 -> world port 80').answers;
  expect(answer?.journey.translations).toMatchObject([{ side: 'source', after: { address: 0xc6336402n } }]);
  expect(answer?.journey.reply).toMatchObject({ verdict: 'accept', translations: [{ side: 'destination' }] });
});

test('a declared forwarding leads in, and what was not declared does not', () => {
  expect(hops('tcp world -> n1 port 443')).toContain('dstnat: declared forwarding');
  expect(outcome('tcp world -> n1 port 443').verdict).toBe('accept');
  expect(outcome('tcp world -> n1 port 80').verdict).toBe('drop');
  expect(outcome('udp world -> n2 port 5353').verdict).toBe('accept');
});
