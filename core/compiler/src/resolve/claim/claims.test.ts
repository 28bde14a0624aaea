import { expect, test } from 'vitest';
import type { ClaimGroup } from '../../policy/claim.ts';
import { build, guest, problems, shown, sourcesOf, TEST_REGISTRY } from '../testing.ts';
import { resolve } from '../resolve.ts';

const IMPORT = 'import { https, ping } from "@weir/rules"\n';
const inAssert = (body: string): string => `${IMPORT}${guest('a')}assert "t" {\n${body}\n}\n`;
const wrong = (body: string): readonly string[] => problems(inAssert(body));

function claims(text: string): readonly ClaimGroup[] {
  const { value, diagnostics } = resolve(sourcesOf({ 'a.weir': text }).value, TEST_REGISTRY);
  expect(diagnostics).toEqual([]);
  return value.claims;
}

function shownClaim(body: string): string {
  const [claim] = claims(inAssert(body))[0]?.claims ?? [];
  return claim === undefined ? '' : `${claim.wanted}: ${shown(claim.match)}`;
}

test('never and drop turn each other round', () => {
  expect(shownClaim('never tcp port 22')).toBe(
    'refused: ether.type == 0x800,0x86dd and packet.protocol == 6 and tcp.destination == 22',
  );
  expect(shownClaim('never accept to 10.0.0.12')).toBe('refused: ip.destination == 10.0.0.12');
  expect(shownClaim('always drop to 10.0.0.12')).toBe('refused: ip.destination == 10.0.0.12');
  expect(shownClaim('always to 10.0.0.12')).toBe('delivered: ip.destination == 10.0.0.12');
  expect(shownClaim('never drop to 10.0.0.12')).toBe('delivered: ip.destination == 10.0.0.12');
});

test('ends are values, and no set that only a claim names becomes part of the policy', () => {
  expect(shownClaim('never from guests(tier = db)')).toBe(
    'refused: ip.source == 10.0.0.11-10.0.0.12 or ip6.source == fd00::11',
  );
  expect(build({ 'a.weir': inAssert('never from guests(tier = db)') }).value.sets).toEqual([]);
});

test('a claim knows whether it names the state of connections', () => {
  const of = (body: string) => claims(inAssert(body))[0]?.claims.map(({ namesState }) => namesState);
  expect(of('never from world to host\nnever from world where connection.state == established')).toEqual([false, true]);
});

test('everything that is wrong with claims is reported, each at its place', () => {
  expect(wrong('never\nalways reject to host\nnever from guests(tier = bd) to db3\nnever tpc from world')).toEqual([
    'claim/says-nothing never',
    'resolve/misplaced-verdict reject',
    'values/empty-set guests(tier = bd)',
    'resolve/unknown-name db3',
    'resolve/unknown-name tpc',
  ]);
  expect(wrong('never from self to gateway')).toEqual(['claim/nobodys-port self', 'claim/nobodys-port gateway']);
  expect(wrong('never from world where ip.ttl == 1 or ether.source == 02:00:00:00:00:01')).toEqual([
    'claim/changes-on-the-way ip.ttl == 1',
    'claim/changes-on-the-way ether.source == 02:00:00:00:00:01',
  ]);
  expect(wrong('never from world where payload(network, 0, 8) == 1')).toEqual([
    'claim/changes-on-the-way payload(network, 0, 8) == 1',
  ]);
  expect(wrong('never arp')).toEqual(['resolve/misplaced-option arp']);
  expect(wrong('never to host port 22')).toEqual(['resolve/no-ports to host port 22']);
  expect(wrong('never tcp where ip.source == 10.0.0.1 and icmp.type == 8')).toHaveLength(1);
});

test('an assert says something, and has a title of its own', () => {
  expect(problems('assert "a" { }')).toEqual(['claim/empty-assert assert "a" { }']);
  expect(problems('assert "a" { never to host }\nassert "a" { never from host }')).toEqual([
    'claim/title-twice "a" + "a"',
  ]);
});

const promising = (claim: string) => {
  const served = TEST_REGISTRY.modes.get('served');
  if (served === undefined) throw new Error('no mode');
  const mode = { ...served.mode, guarantees: () => [{ title: 'promised', claim }] };
  const modes = new Map([...TEST_REGISTRY.modes, ['served', { mode, plugin: '@x/served' }] as const]);
  return resolve(sourcesOf({}).value, { ...TEST_REGISTRY, modes });
};

test("what a network's mode promises is a claim of the network", () => {
  const { value, diagnostics } = promising('never from world to network(lan)');
  expect(diagnostics).toEqual([]);
  expect(value.claims).toMatchObject([
    { title: 'promised', guarantee: { network: 'front', plugin: '@x/served' }, claims: [{ wanted: 'refused' }] },
    { title: 'promised', guarantee: { network: 'lan', plugin: '@x/served' } },
  ]);
});

test('a promise that cannot be read is a fault of the plugin, told at the network', () => {
  for (const claim of ['nevr from world', 'never from world to nobody', 'never']) {
    const { value, diagnostics } = promising(claim);
    expect(value.claims).toEqual([]);
    expect(diagnostics.map(({ code, span }) => [code, span?.file])).toEqual([
      ['claim/broken-guarantee', 'around.weir'],
      ['claim/broken-guarantee', 'around.weir'],
    ]);
  }
});
