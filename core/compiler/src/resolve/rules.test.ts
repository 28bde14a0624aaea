import { expect, test } from 'vitest';
import type { PolicyRule } from '../policy/rule.ts';
import { build, problems, profileIn, rules, shownDefault, withBody } from './testing.ts';

/** The match of one rule, without the headers that `tcp` and `udp` imply. */
const match = (rule: string, before = ''): string =>
  (rules(rule, before)[0] ?? '').replaceAll('ether.type == 0x800,0x86dd and ', '').replace(/^in accept: /, '');

const wrong = (body: string, before = ''): readonly string[] => problems(withBody(body, before));

test('protocols imply their headers', () => {
  for (const [subject, shown] of [
    ['tcp', 'packet.protocol == 6'],
    ['47', 'packet.protocol == 47'],
    ['esp', 'packet.protocol == 50'],
    ['ipv4', 'ether.type == 0x800'],
    ['ipv6', 'ether.type == 0x86dd'],
    ['icmp', 'ether.type == 0x800 and packet.protocol == 1'],
    ['igmp', 'ether.type == 0x800 and packet.protocol == 2'],
    ['icmpv6', 'ether.type == 0x86dd and packet.protocol == 58'],
    ['tcp, udp', '(packet.protocol == 6) or (packet.protocol == 17)'],
  ] as const) {
    expect(match(`in accept ${subject}`), subject).toBe(shown);
  }
});

test('guards know link protocols and EtherTypes, filters refuse them', () => {
  const guard = (rule: string): readonly string[] =>
    problems(
      `guard g { ${rule} }\nguest t { interface tn { network front; mac 52:54:00:00:02:02; address 10.0.0.9; guard g } }`,
    );
  for (const word of ['arp', 'rarp', 'vlan', 'stp', 'lldp', '0x88b5']) {
    expect(guard(`in drop ${word}`), word).toEqual([]);
    expect(wrong(`in drop ${word}`), word).toEqual([`resolve/misplaced-option ${word}`]);
  }
  expect(guard('in drop 300')).toEqual(['values/bad-value 300']);
  expect(guard('in drop arp port 1')).toEqual(['resolve/no-ports arp']);
  expect(guard('in drop arp type 1')).toEqual(['resolve/no-type 1']);
});

test('ports stand at the destination, and after `from` at the source', () => {
  for (const [rule, shown] of [
    ['tcp port 22', 'packet.protocol == 6 and tcp.destination == 22'],
    ['tcp port { 80, 8000-8010, not 8005 }', 'packet.protocol == 6 and tcp.destination == 80,8000-8004,8006-8010'],
    ['udp from port 68', 'packet.protocol == 17 and udp.source == 68'],
    ['sctp port not 9', 'packet.protocol == 132 and sctp.destination == 0-8,10-65535'],
    [
      'udp from 10.0.0.1 port 67 port 68',
      'packet.protocol == 17 and udp.source == 67 and udp.destination == 68 and ip.source == 10.0.0.1',
    ],
    [
      'dccp to self port 5',
      'packet.protocol == 33 and dccp.destination == 5 and (ip.destination == self.ipv4 or ip6.destination == self.ipv6)',
    ],
  ] as const) {
    expect(match(`in accept ${rule}`), rule).toBe(shown);
  }
  expect(match('in accept tcp port app', 'ports app = { 8080, 9090 }')).toContain('tcp.destination == 8080,9090');
});

test('services are their parts, and cannot be given what they say already', () => {
  expect(match('in accept https')).toBe(
    '(packet.protocol == 6 and tcp.destination == 443) or (packet.protocol == 17 and udp.destination == 443)',
  );
  expect(match('in accept dhcp')).toBe('packet.protocol == 17 and udp.source == 68 and udp.destination == 67');
  expect(match('in accept both', 'service both = { dhcp, esp }')).toContain('or (packet.protocol == 50)');
  expect(wrong('in accept https port 1')).toEqual(['resolve/misplaced-option https']);
  expect(wrong('in accept dhcp from port 1')).toEqual(['resolve/misplaced-option dhcp']);
  expect(wrong('in accept ping type echo-reply')).toEqual(['resolve/misplaced-option ping']);
  expect(wrong('in accept ping port 1')).toEqual(['resolve/no-ports ping']);
});

test('the type of an ICMP message is read as its own protocol names it', () => {
  expect(match('in accept icmp, icmpv6 type echo-request')).toBe(
    '(ether.type == 0x800 and packet.protocol == 1 and icmp.type == 8) or ' +
      '(ether.type == 0x86dd and packet.protocol == 58 and icmpv6.type == 128)',
  );
  expect(match('in accept icmp type 3 code { 1, 4-5 }')).toContain('icmp.type == 3 and icmp.code == 1,4-5');
  expect(wrong('in accept icmp type neighbor-solicitation')).toEqual(['resolve/unknown-name neighbor-solicitation']);
  expect(wrong('in accept icmp type 256')).toEqual(['values/bad-value 256']);
  expect(wrong('in accept tcp type 1')).toEqual(['resolve/no-type 1']);
  expect(wrong('in accept type 1')).toEqual(['resolve/no-type type 1']);
  expect(wrong('in accept icmp type "x"')).toEqual(['values/bad-value "x"']);
});

test('ports, protocols and services that are wrong are refused at their place', () => {
  for (const [rule, problem] of [
    ['in accept port 22', 'resolve/no-ports port 22'],
    ['in accept esp port 22', 'resolve/no-ports esp'],
    ['in accept tcp port 90-80', 'values/turned-round 90-80'],
    ['in accept tcp port 0', 'values/bad-value 0'],
    ['in accept tcp port 65536', 'values/bad-value 65536'],
    ['in accept tcp port {}', 'values/empty-set {}'],
    ['in accept tcp port "ssh"', 'values/wrong-type "ssh"'],
    ['in accept tcp port https', 'resolve/wrong-kind https + https'],
    ['in accept htps', 'resolve/unknown-name htps'],
    ['in accept f', 'resolve/wrong-kind f + f'],
    ['in accept tcp port 1 port 2', 'resolve/option-twice port 2'],
    ['in accept tcp to self port 1 port 2', 'resolve/option-twice port 2'],
    ['in accept from 10.0.0.1 from 10.0.0.2', 'resolve/option-twice from 10.0.0.2'],
    ['in accept icmp type 3 type 4', 'resolve/option-twice type 4'],
    [
      'in accept icmp from 2001:db8::1',
      'resolve/never-matches in accept icmp from 2001:db8::1 + icmp + from 2001:db8::1',
    ],
    [
      'in accept igmp from 2001:db8::1',
      'resolve/never-matches in accept igmp from 2001:db8::1 + igmp + from 2001:db8::1',
    ],
    ['in accept icmpv6 to 10.0.0.0/8', 'resolve/never-matches in accept icmpv6 to 10.0.0.0/8 + icmpv6 + to 10.0.0.0/8'],
    [
      'in accept tcp where udp.source == 1',
      'resolve/never-matches in accept tcp where udp.source == 1 + tcp + udp.source == 1',
    ],
    ['accept tcp', 'resolve/missing-direction accept'],
  ] as const) {
    expect(wrong(rule), rule).toEqual([problem]);
  }
});

test('services are checked where they are declared', () => {
  for (const [service, problem] of [
    ['esp 1', 'resolve/no-ports esp 1'],
    ['300', 'values/bad-value 300'],
    ['tcp 0', 'values/bad-value 0'],
    ['tcp type 1', 'resolve/no-type 1'],
    ['https 1', 'resolve/no-ports https 1'],
    ['https type 1', 'resolve/no-type 1'],
    ['nothing', 'resolve/unknown-name nothing'],
    ['a', 'resolve/circular a + a'],
  ] as const) {
    expect(wrong('in accept tcp', `service a = { ${service} }`), service).toEqual([problem]);
  }
});

test('the second half of `inout` has ends, ports and fields exchanged, a service as well', () => {
  for (const [rule, incoming, outgoing] of [
    [
      'tcp port 22 from 10.0.0.1',
      'tcp.destination == 22 and ip.source == 10.0.0.1',
      'tcp.source == 22 and ip.destination == 10.0.0.1',
    ],
    [
      'udp from 10.0.0.1 port 67',
      'udp.source == 67 and ip.source == 10.0.0.1',
      'udp.destination == 67 and ip.destination == 10.0.0.1',
    ],
    ['dhcp', 'udp.source == 68 and udp.destination == 67', 'udp.source == 67 and udp.destination == 68'],
    ['tcp where ip.source == self.addresses', 'ip.source == self.ipv4', 'ip.destination == self.ipv4'],
    [
      'tcp where not (tcp.source == 1 or ip.ttl == 2)',
      'not (tcp.source == 1 or ip.ttl == 2)',
      'not (tcp.destination == 1 or ip.ttl == 2)',
    ],
    ['tcp where payload(network, 0, 4) == 4', 'network[0+4] == 4', 'network[0+4] == 4'],
  ] as const) {
    const [first, second] = rules(`inout accept ${rule}`);
    expect(first, rule).toMatch(/^in accept: /);
    expect(first, rule).toContain(incoming);
    expect(second, rule).toMatch(/^out accept: /);
    expect(second, rule).toContain(outgoing);
  }
});

test('verdicts are what they say', () => {
  expect(
    rules(
      'in drop\nin return\nin reject\nout accept stateless\nin reject with no-route\nin reject with tcp-reset tcp'.replace(
        'with tcp-reset tcp',
        'with tcp-reset tcp',
      ),
    ),
  ).toEqual([
    'in drop: always',
    'in return: always',
    'in reject with port-unreachable: always',
    'in reject with no-route: always',
    'in reject with tcp-reset: ether.type == 0x800,0x86dd and packet.protocol == 6 and packet.protocol == 6',
    'out accept stateless: always',
  ]);
});

test('verdicts where they mean nothing are refused', () => {
  const guard = (rule: string): readonly string[] => problems(`guard g { ${rule} }`);
  expect(wrong('in pass')).toEqual(['resolve/misplaced-verdict pass']);
  expect(guard('in reject')).toEqual(['resolve/misplaced-verdict reject']);
  expect(guard('in accept stateless')).toEqual(['resolve/misplaced-option stateless']);
  expect(guard('in accept limit 1/second')).toEqual(['resolve/misplaced-option limit 1/second']);
  expect(guard('in accept log "x" count')).toEqual([]);
  expect(wrong('in drop stateless')).toEqual(['resolve/misplaced-option stateless']);
  expect(wrong('in reject with tcp-reset udp')).toEqual(['resolve/misplaced-option reject with tcp-reset']);
  expect(wrong('in reject with port-unreachabel')).toEqual(['resolve/unknown-name port-unreachabel']);
});

test('a default holds for the directions it names, and is `drop` where none is written', () => {
  const [filter] = profileIn(withBody('default in reject\n')).filters;
  expect([shownDefault(filter?.in), shownDefault(filter?.out)]).toEqual(['reject with port-unreachable', 'drop']);
  const [both] = profileIn(withBody('default accept log "x" count')).filters;
  expect([both?.in.default.options, both?.out.default.options]).toEqual([
    { log: { prefix: 'x' }, count: true },
    { log: { prefix: 'x' }, count: true },
  ]);
  expect(wrong('default drop\ndefault in drop')).toEqual(['resolve/default-twice default in drop + default drop']);
  expect(wrong('default return')).toEqual(['resolve/misplaced-verdict return']);
  expect(wrong('default reject with tcp-reset')).toEqual(['resolve/misplaced-option reject with tcp-reset']);
});

test('annotations are known and have their arguments', () => {
  const annotated = (annotation: string): readonly string[] => wrong(`${annotation}\nin accept tcp`);
  for (const right of ['@owner("net-team")', '@ticket("X-1")', '@staged', '@owner("a")\n@ticket("b")']) {
    expect(annotated(right), right).toEqual([]);
  }
  expect(annotated('@owner("a")\n@owner("b")')).toEqual(['resolve/annotation @owner("b")']);
  expect(annotated('@expires(2027-02-29)')).toEqual(['values/bad-value 2027-02-29']);
  expect(annotated('@expires(2027-03-31)')).toEqual(['resolve/no-date @expires(2027-03-31)']);
  expect(wrong('@staged\ndefault in drop')).toEqual(['resolve/annotation @staged']);
  expect(annotated('@ownr("x")')).toEqual(['resolve/annotation @ownr("x")']);
  expect(annotated('@expires("x")')).toEqual(['resolve/annotation @expires("x")']);
  expect(annotated('@owner')).toEqual(['resolve/annotation @owner']);
});

test('a staged rule is counted and logged, changes nothing and lets the next rule decide', () => {
  const [first, second] = rulesOf('@staged\nin drop tcp port 22 mark 7\nin accept tcp');
  expect(first).toMatchObject({
    verdict: { kind: 'continue' },
    options: { count: true, log: { prefix: 'staged drop', rate: { amount: 1, unit: 'packets', per: 'second' } } },
  });
  expect(first).not.toHaveProperty('options.mark');
  expect(second).toMatchObject({ verdict: { kind: 'accept' } });
  expect(rulesOf('@staged\nin drop tcp log "mine" count web')[0]).toMatchObject({
    options: { count: 'web', log: { prefix: 'mine' } },
  });
});

test('what lets packets through ends the day after its date, and what stops them stays', () => {
  const text = '@expires(2027-03-31)\nin accept tcp port 1\n@expires(2027-03-31)\nin drop tcp port 2';
  const verdicts = (date: string) => rulesOf(text, date).map(({ verdict }) => verdict.kind);
  expect(verdicts('2027-03-31')).toEqual(['accept', 'drop']);
  expect(verdicts('2027-04-01')).toEqual(['drop']);
  const { diagnostics } = build({ 'a.weir': withBody(text) }, '2027-04-01');
  expect(diagnostics.map(({ code }) => code)).toEqual(['resolve/expired', 'resolve/expired']);
  expect(diagnostics.map(({ severity }) => severity)).toEqual(['warning', 'warning']);
});

/** The rules toward the guest. */
function rulesOf(body: string, date?: string): readonly PolicyRule[] {
  const { value } = build({ 'a.weir': withBody(body) }, date);
  return (value.profiles[0]?.filters[0]?.in.nodes ?? []).flatMap((node) => (node.kind === 'rule' ? [node] : []));
}
