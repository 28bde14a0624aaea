// What the reference semantics says of the lab's site, and of the example site: flows from end to end without a kernel. The table of modes is the
// one that kernels are asked.
import { readdirSync, readFileSync } from 'node:fs';
import { defineMode, definePlugin, defineSettings, FORWARDING_MODE } from '@weir/plugin';
import {
  endsOf,
  type FlowOutcome,
  type Hop,
  type Journey,
  rulesAt,
  runTests,
  travelFlow,
  travelFrame,
} from '@weir/semantics';
import { expect, test } from 'vitest';
import { FAMILIES, type Family, MODE_TABLE, type ModeRow, type Station } from '../packets/mode-table.ts';
import { flowIn, modelled, networkChains } from './modelled.ts';
import { FAR, HOST, LAN, OPEN_FILTER, siteText } from '../packets/site.ts';

const NETWORK_HOOKS = ['dstnat', 'dstnat-local', 'forward-from', 'forward-to', 'input', 'output', 'srcnat'] as const;
const HOST_ADDRESSES = `host { address ${HOST.ipv4}, ${HOST.ipv6} }\n`;
const site = modelled({ 'site.weir': siteText(OPEN_FILTER, () => 'open', HOST_ADDRESSES) });
const outcome = (flow: string, of = site): FlowOutcome => travelFlow(of.policy, flowIn(of, flow));
const verdict = (flow: string, of = site): string => outcome(flow, of).verdict;

/** A hop in a few words. */
function words(hop: Hop): string {
  if (hop.kind === 'port') return `${hop.guest} ${hop.direction}`;
  if (hop.kind === 'network') return hop.by ? `${hop.hook}: ${hop.by.purpose}` : hop.hook;
  return `${hop.kind} ${hop.why}`;
}

function journeyOf(flow: string, of = site): Journey {
  const [answer] = outcome(flow, of).answers;
  if (answer === undefined) throw new Error(`no answer to ${flow}`);
  return answer.journey;
}
const hopsIn = (flow: string, of: typeof site): readonly string[] => journeyOf(flow, of).hops.map(words);
const hops = (flow: string): readonly string[] => hopsIn(flow, site);

const end = (station: Station, family: Family): string =>
  station === 'far' ? FAR[family] : station === 'lan' ? LAN[family] : station;

const asFlow = ({ protocol, from, to, port }: ModeRow, family: Family): string =>
  `${protocol} ${end(from, family)} -> ${to[family]} port ${port}`;

test.each(FAMILIES)('%s: every cell of the table of modes is what kernels do', (family) => {
  const found = MODE_TABLE.map((row) => [row.name, verdict(asFlow(row, family)) === 'accept']);
  const promised = MODE_TABLE.map((row) => [row.name, (row.whereRouted ?? row.outcome) === 'connected']);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(promised));
});

test.each(FAMILIES)('%s: the other end sees the address that kernels show it, and the answer comes back', (family) => {
  for (const row of MODE_TABLE.filter((one) => (one.whereRouted ?? one.outcome) === 'connected')) {
    const { answers } = outcome(asFlow(row, family));
    const journey = answers[0]?.journey;
    expect(journey?.reply?.verdict, row.name).toBe('accept');
    if (row.seenAs === undefined) continue;
    const last = journey?.hops.at(-1);
    const seen = last && endsOf(last.frame)?.source.address;
    const wanted = endsOf(journeyOf(`ping ${row.seenAs[family]} -> n2`).hops[0]?.frame ?? new Uint8Array());
    expect(seen, row.name).toBe(wanted?.source.address);
  }
});

test('guests of one network reach each other over the bridge, each asked at its own port', () => {
  expect(hops('tcp n1 -> n2 port 80')).toEqual(['n1 out', 'bridge delivered', 'n2 in']);
});

test('the hops of a forwarding stand in the order of the ruleset', () => {
  expect(hops('tcp world -> n1 port 443')).toEqual([
    'outside arrived',
    'dstnat: declared forwarding',
    'host forwarded',
    'forward-to: a declared forwarding enters the network',
    'srcnat',
    'bridge delivered',
    'n1 in',
  ]);
  expect(hops('tcp n1 -> r1 port 80')).toEqual(['n1 out', 'dstnat', 'host forwarded', 'forward-from: networks-apart']);
});

test('a guest by its name is asked by every declared way in, by its address only as written', () => {
  expect(verdict('tcp world -> n1 port 443')).toBe('accept');
  expect(verdict('tcp world -> 10.1.0.11 port 443')).toBe('drop');
  expect(journeyOf('tcp world -> n1 port 443').translations).toMatchObject([
    { side: 'destination', before: { port: 8443 }, after: { port: 443 } },
  ]);
  expect(outcome('tcp world -> n2 port 7001').answers[0]?.journey.translations[0]?.before.port).toBe(9001);
  expect(verdict('tcp world -> n2 port 443')).toBe('drop');
});

test('a hairpin answers through the host', () => {
  const { translations, reply } = journeyOf(`tcp n2 -> ${HOST.ipv4} port 8443`);
  expect(translations.map(({ side }) => side)).toEqual(['destination', 'source']);
  expect(reply).toMatchObject({ verdict: 'accept', translations: [{ side: 'destination' }, { side: 'source' }] });
});

test('what the host sends to itself passes source translation, toward the loopback device', () => {
  const text = siteText(OPEN_FILTER, () => 'open', HOST_ADDRESSES);
  const anywhere = modelled({ 'site.weir': text.replaceAll('  uplink up0\n', '') });
  const { translations, reply } = journeyOf(`tcp 10.1.0.1 -> ${HOST.ipv4} port 80`, anywhere);
  expect(translations).toMatchObject([{ side: 'source' }]);
  expect(reply?.verdict).toBe('accept');
  expect(journeyOf(`tcp 10.1.0.1 -> ${HOST.ipv4} port 80`).translations).toEqual([]);
});

test('states: known connections pass networks, packets of none are not translated', () => {
  expect(verdict('tcp world -> n1 port 80 state established')).toBe('accept');
  expect(verdict('tcp n1 -> world port 80 state invalid')).toBe('drop');
  expect(verdict('tcp n1 -> r1 port 80 state established')).toBe('accept');
  expect(verdict('tcp world -> c1 port 80 state established')).toBe('drop');
  expect(journeyOf('tcp n1 -> world port 80 state established').translations).toHaveLength(1);
});

test('nobody uses the address of somebody else, from a port or from outside', () => {
  expect(verdict('udp n1 from n2 -> r1')).toBe('drop');
  expect(verdict('udp n1 from 10.1.0.77 -> n2')).toBe('drop');
  expect(hops('tcp world from r2 -> r1 port 80').at(-1)).toBe('forward-to: own-source-from-elsewhere');
  expect(verdict('arp n1 from n2 -> n2')).toBe('drop');
  expect(verdict('nd n1 from gateway -> n2 type neighbor-advertisement')).toBe('drop');
  expect(verdict('nd n1 -> n2 type router-advertisement')).toBe('drop');
});

test('an address of a family that the sender has not can be claimed', () => {
  const four = modelled({
    'site.weir': siteText(OPEN_FILTER, () => 'open').replace('10.1.0.12, fd01::12', '10.1.0.12'),
  });
  for (const flow of ['udp n2 from fd01::11 -> n1 port 53', 'nd n2 from fd01::11 -> n1']) {
    expect(hopsIn(flow, four), flow).toEqual(['n2 out']);
    expect(verdict(flow, four), flow).toBe('drop');
  }
});

test('ARP and neighbour discovery stay on their link', () => {
  for (const flow of ['arp n1 -> n2', 'arp n1 -> gateway', 'arp gateway -> n1', 'arp n1 -> n2 type reply']) {
    expect(verdict(flow), flow).toBe('accept');
  }
  for (const flow of ['nd n1 -> n2', 'nd n1 -> gateway type router-solicitation', 'nd 10.4.0.9 -> w1']) {
    if (flow.includes('10.4')) expect(() => outcome(flow)).toThrow('flow/no-family');
    else expect(verdict(flow), flow).toBe('accept');
  }
  expect(hops('arp n1 -> 10.1.0.99')).toEqual(['n1 out', 'bridge nobody']);
  expect(hops('arp n1 -> r1')).toEqual(['n1 out', 'bridge nobody']);
  expect(verdict('arp 10.4.0.9 -> w1')).toBe('accept');
  expect(verdict('arp world -> n1')).toBe('drop');
  expect(verdict('arp host -> w1')).toBe('drop');
});

test('an address that nobody has is told so', () => {
  expect(hops('tcp n1 -> 10.1.0.99 port 1')).toEqual(['n1 out', 'bridge nobody']);
  expect(hops('tcp host -> 10.1.0.99 port 1').at(-1)).toBe('bridge nobody');
  expect(hops('tcp w1 -> 10.4.0.99 port 1')).toEqual(['w1 out', 'outside left']);
});

test('a frame to a group is offered to every other port of the network', () => {
  const { deliveries, verdict: said } = journeyOf('udp n1 -> 224.0.0.251 port 5353');
  expect(said).toBe('accept');
  expect(deliveries?.map(({ ifname, verdict: at }) => `${ifname} ${at}`)).toEqual(['vnet2 accept']);
});

test('a raw frame goes on over bridge and host, and toward a guest it is asked there alone', () => {
  const frame = journeyOf('tcp n1 -> world port 80').hops[0]?.frame ?? new Uint8Array();
  const out = travelFrame(site.policy, 'vnet1', 'out', frame, { state: 'new' });
  expect(out.hops.map(words)).toEqual(hops('tcp n1 -> world port 80'));
  expect(travelFrame(site.policy, 'vnet2', 'out', frame, { state: 'new' }).hops.map(words)).toEqual(['n2 out']);
  const other = journeyOf('tcp n1 -> n2 port 80').hops[0]?.frame ?? new Uint8Array();
  expect(travelFrame(site.policy, 'vnet2', 'in', other, { state: 'new' })).toMatchObject({
    verdict: 'accept',
    hops: [{ kind: 'port', ifname: 'vnet2', direction: 'in' }],
  });
  const tagged = Uint8Array.from([...frame.subarray(0, 12), 0x81, 0, 0, 5, ...frame.subarray(12)]);
  expect(travelFrame(site.policy, 'vnet1', 'out', tagged).verdict).toBe('drop');
});

test('the rules of networks are asked in the order in which the ruleset has them, the core’s own first', () => {
  const emitted = networkChains(site);
  const asked = new Map<string, readonly string[]>();
  for (const network of site.policy.networks) {
    for (const hook of NETWORK_HOOKS) {
      const purposes = rulesAt(network, hook, site.policy.networks).map(({ ref }) => ref.purpose);
      if (purposes.length > 0) asked.set(`network-${network.view.name}-${hook}`, purposes);
    }
  }
  const sorted = (chains: ReadonlyMap<string, readonly string[]>) =>
    [...chains].toSorted(([a], [b]) => (a < b ? -1 : 1));
  expect(sorted(asked)).toEqual(sorted(emitted));
  expect(emitted.size).toBeGreaterThan(8);
});

const STRICT = `
import { ping } from "@weir/rules"
filter open { in accept; out accept }
filter strict {
  in accept tcp port 443 where not (ip.ttl < 10)
  in reject with tcp-reset tcp port 444
  in accept ping
  out accept udp port 53 stateless
}
`;
const strict = modelled({
  'site.weir': siteText(STRICT, (name) => (name === 'n2' ? 'strict' : 'open'), HOST_ADDRESSES),
});

test('the last hop decides, and says what each rule missed on', () => {
  const last = journeyOf('tcp n1 -> n2 port 80', strict).hops.at(-1);
  if (last?.kind !== 'port') throw new Error('no port decided');
  expect(last).toMatchObject({
    guest: 'n2',
    direction: 'in',
    verdict: 'drop',
    by: { kind: 'default', name: 'strict' },
  });
  const [first] = last.trace.filter(({ stage }) => stage === 'filter');
  expect(first?.misses).toMatchObject([{ test: { field: 'tcp.destination' }, value: 80n, wanted: true }]);
  const udp = journeyOf('udp n1 -> n2 port 80', strict).hops.at(-1);
  const missed = udp?.kind === 'port' ? udp.trace.find(({ stage }) => stage === 'filter')?.misses : undefined;
  expect(missed).toMatchObject([{ test: { field: 'packet.protocol' }, value: 17n }]);
});

test('a flow that leaves something open is asked in every case that rules tell apart', () => {
  expect(verdict('tcp n1 -> n2', strict)).toBe('mixed');
  expect(verdict('tcp n1 -> n2 port 445-65535', strict)).toBe('drop');
  expect(verdict('n1 -> c1', strict)).toBe('drop');
  expect(verdict('n1 -> n2', strict)).toBe('mixed');
  const asked = outcome('tcp n1 -> n2 port 440-445', strict).answers.filter(({ family }) => family === 'ipv4');
  expect(asked.map(({ destinationPort, verdict: got }) => `${destinationPort} ${got}`)).toEqual([
    '440 drop',
    '443 accept',
    '444 reject',
    '445 drop',
  ]);
});

test('tests pass or fail as a whole, with what failed, and say which rules they asked', () => {
  const text = siteText(STRICT, (name) => (name === 'n2' ? 'strict' : 'open'), HOST_ADDRESSES);
  const tests = `test "right" {
  accept tcp n1 -> n2 port 443
  reject tcp n1 -> n2 port 444
  reject with tcp-reset tcp n1 -> n2 port 444
}
test "wrong" {
  accept ping n1 -> n2
  drop tcp n1 -> n2 port 440-443
  reject with no-route tcp n1 -> n2 port 444
}\n`;
  const { policy, tests: read } = modelled({ 'site.weir': text + tests.replaceAll('no-route', 'admin-prohibited') });
  const run = runTests(policy, read);
  expect(run.passed).toBe(false);
  expect(run.results.map(({ passed, expectations }) => [passed, ...expectations.map((one) => one.passed)])).toEqual([
    [true, true, true, true],
    [false, true, false, false],
  ]);
  const failed = run.results[1]?.expectations[1]?.failed.map(
    ({ family, destinationPort }) => `${family} ${destinationPort}`,
  );
  expect(failed).toEqual(['ipv4 443', 'ipv6 443']);
  const rules = run.coverage.filter((one) => one.kind === 'rule' && one.origin.item === 'filter strict');
  expect(rules.map(({ asked, matched, decided }) => [asked > 0, matched > 0, decided > 0])).toEqual([
    [true, true, true],
    [true, true, true],
    [true, true, true],
    [false, false, false],
  ]);
  expect(run.coverage.some((one) => one.kind === 'network' && one.action === 'dnat' && one.asked === 0)).toBe(true);
});

test('the answers of a stateless accept are asked for like any packet', () => {
  expect(journeyOf('udp n2 -> n1 port 53', strict)).toMatchObject({ verdict: 'accept', reply: { verdict: 'accept' } });
  const bare = modelled({
    'site.weir': siteText(
      'filter one { out accept udp port 53 stateless }\nfilter open { in accept; out accept }',
      (name) => (name === 'n2' ? 'one' : 'open'),
    ),
  });
  expect(journeyOf('udp n2 -> n1 port 53', bare)).toMatchObject({ verdict: 'accept', reply: { verdict: 'drop' } });
});

// A mode that nobody ships: one port of the host leads to the first guest, everything else stays inside.
const hole = definePlugin({
  name: 'hole',
  api: 1,
  requires: [],
  register: (host) =>
    host.register(FORWARDING_MODE, {
      useValue: defineMode({
        name: 'hole',
        doc: 'one port leads in',
        attachment: 'bridge-port',
        subnets: 'required',
        settings: defineSettings({}),
        hooks: ['dstnat', 'forward-to', 'forward-from', 'input', 'output'],
        check: () => [],
        topology: ({ bridge, subnets }) => ({
          bridge: {
            name: bridge,
            addresses: subnets.map(({ family, gateway, length }) => ({ family, address: gateway, length })),
            uplinks: [],
          },
          sysctls: [],
          elsewhere: [],
        }),
        rules: ({ ports: [port] }) => {
          const address = port?.addresses[0]?.address ?? '';
          return [
            {
              hook: 'dstnat',
              matches: [
                { kind: 'device', side: 'in', device: { name: 'wan7' }, negated: false },
                {
                  kind: 'address',
                  side: 'destination',
                  family: 'ipv4',
                  blocks: [{ kind: 'range', low: '192.0.2.77', high: '192.0.2.77' }],
                  negated: false,
                },
                { kind: 'protocol', protocols: ['tcp'] },
                { kind: 'port', side: 'destination', low: 7000, high: 7003 },
              ],
              action: { kind: 'dnat', family: 'ipv4', address, ports: { low: 80, high: 83 } },
              purpose: 'the hole',
            },
            {
              hook: 'forward-to',
              matches: [{ kind: 'destination-translated' }],
              action: { kind: 'accept' },
              purpose: 'through the hole',
            },
            { hook: 'forward-to', matches: [], action: { kind: 'drop' }, purpose: 'nothing else' },
            {
              hook: 'forward-from',
              matches: [{ kind: 'connection', states: ['established'] }],
              action: { kind: 'accept' },
              purpose: 'answers',
            },
            { hook: 'forward-from', matches: [], action: { kind: 'reject' }, purpose: 'nothing leaves' },
            {
              hook: 'input',
              matches: [{ kind: 'protocol', protocols: ['icmp'] }],
              action: { kind: 'accept' },
              purpose: 'ping',
            },
            { hook: 'input', matches: [], action: { kind: 'drop' }, purpose: 'no services' },
            {
              hook: 'output',
              matches: [{ kind: 'protocol', protocols: ['udp'] }],
              action: { kind: 'drop' },
              purpose: 'no udp',
            },
          ];
        },
        guarantees: () => [],
      }),
    }),
});

const HOLE = `
filter open { in accept; out accept }
network cave { mode hole; bridge br-cave; subnet 10.9.0.0/24; isolate-ports }
guest x1 { interface x1n { network cave; mac 52:54:00:00:09:01; address 10.9.0.11; filter open } }
guest x2 { interface x2n { network cave; mac 52:54:00:00:09:02; address 10.9.0.12; filter open } }
`;

test('a mode that nobody ships is followed by its rules alone', () => {
  const cave = modelled({ 'site.weir': HOLE }, [hole]);
  const verdicts = (flows: readonly string[]): readonly string[] =>
    flows.map((flow) => `${flow}: ${verdict(flow, cave)}`);
  const expected = [
    'tcp world -> x1 port 81: accept',
    'tcp world -> 192.0.2.77 port 7003: accept',
    'tcp world -> x1 port 84: drop',
    'tcp world -> x2 port 81: drop',
    'tcp x1 -> world port 80: reject',
    'tcp x1 -> x2 port 80: drop',
    'icmp x1 -> gateway: accept',
    'tcp x1 -> gateway port 22: drop',
    'udp host -> x1 port 53: drop',
    'tcp host -> x1 port 53: accept',
    'arp x1 -> x2: drop',
    'arp x1 -> gateway: accept',
  ];
  expect(verdicts(expected.map((line) => line.replace(/: [a-z]+$/, '')))).toEqual(expected);
  const journey = journeyOf('tcp world -> x1 port 81', cave);
  expect(journey.hops[0]).toMatchObject({ kind: 'outside', device: 'wan7' });
  expect(journey.translations[0]).toMatchObject({ before: { port: 7001 }, after: { port: 81 } });
  expect(journey.reply?.verdict).toBe('accept');
  expect(outcome('tcp x1 -> x2 port 80', cave).answers[0]?.journey.hops.at(-1)).toMatchObject({
    why: 'isolated-ports',
  });
});

test('a forwarding without a source translation is not answered from inside its own network', () => {
  const bare = HOLE.replace('; isolate-ports', '');
  const cave = modelled({ 'site.weir': bare }, [hole]);
  // Through the device that leads outside it is; there is no rule for the own bridge.
  expect(journeyOf('tcp x2 -> 192.0.2.77 port 7000', cave).hops.at(-1)).toMatchObject({
    hook: 'input',
    verdict: 'drop',
  });
});

const EXAMPLE = new URL('../../rules/examples/site/', import.meta.url);

test('the expectations of the example site hold', () => {
  const names = readdirSync(EXAMPLE).filter((name) => name.endsWith('.weir'));
  const example = modelled(
    Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, EXAMPLE), 'utf8')])),
  );
  const { results } = runTests(example.policy, example.tests);
  const failed = results.flatMap(({ expectations }) =>
    expectations
      .filter(({ passed }) => !passed)
      .map(({ expectation, outcome: got }) => `${expectation.flow.text}: ${got.verdict}`),
  );
  expect(results.length).toBeGreaterThan(3);
  expect(failed).toEqual([]);
});
