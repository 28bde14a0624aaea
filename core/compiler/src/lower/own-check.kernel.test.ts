import { expect, test } from 'vitest';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseIpv4, parseIpv6, stringifyDocument } from '@weir/nftables-json';
import { emit } from '../emit/emit.ts';
import { lower } from './lower.ts';
import { targetNamed } from './testing/lower-for.ts';
import { ATTACHMENTS, port, profile, values } from './testing/sample-policy.ts';

const SENDER = fileURLToPath(new URL('testing/send-frames.py', import.meta.url));

function shell(script: string, input = ''): { readonly ok: boolean; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-ec', script], { input, encoding: 'utf8' });
  return { ok: status === 0, stdout: stdout ?? '', stderr: stderr ?? '' };
}

const isHere = process.getuid?.() === 0 && shell('nft list ruleset; ip link; python3 -c pass').ok;
if (!isHere && process.env['WEIR_REQUIRE_KERNEL'] === '1')
  throw new Error('kernel tests are required: root, nft, ip or python3 are missing');
if (!isHere) process.stderr.write('kernel tests are skipped: root, nft, ip or python3 are missing\n');

const OWN = '525400000001';
const hex = (value: bigint | undefined, bytes: number): string => (value ?? 0n).toString(16).padStart(bytes * 2, '0');
const ip4 = (text: string): string => hex(parseIpv4(text), 4);
const ip6 = (text: string): string => hex(parseIpv6(text), 16);

/** The internet checksum (RFC 1071) of hex digits. */
function checksum(digits: string): string {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 4) sum += Number.parseInt(digits.slice(at, at + 4), 16);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return hex(BigInt(0xffff - sum), 2);
}

/** A neighbour solicitation (135) or advertisement (136), perhaps with a link-layer address option (RFC 4861 4.3, 4.4). */
function neighbour(type: 135 | 136, source: string, target: string, mac?: string): string {
  const option = mac === undefined ? '' : `${type === 135 ? '01' : '02'}01${mac}`;
  const rest = `00000000${ip6(target)}${option}`;
  const head = hex(BigInt(type), 1);
  const length = hex(BigInt(rest.length / 2 + 4), 2);
  const ends = `${ip6(source)}${ip6('ff02::1')}`;
  const sum = checksum(`${ends}0000${length}0000003a${head}000000${rest}`);
  return `333300000001${OWN}86dd60000000${length}3aff${ends}${head}00${sum}${rest}`;
}

/** ARP, or RARP with the EtherType 8035. */
function arp(operation: number, sender: string, senderIp: string, target: string, type = '0806'): string {
  return `ffffffffffff${OWN}${type}000108000604${hex(BigInt(operation), 2)}${sender}${ip4(senderIp)}${target}${ip4('10.20.0.9')}`;
}

const OTHER = '525400000002';
const NOBODY = '000000000000';

/** Frames from the guest with the port's own MAC, and whether they may pass. */
const FRAMES: readonly (readonly [string, string, boolean])[] = [
  ['its address', neighbour(136, 'fd00::1', 'fd00::1'), true],
  ['its address, from its link-local one', neighbour(136, 'fe80::1', 'fd00::1'), true],
  ['an address that is not its own', neighbour(136, 'fd00::1', 'fd00::2'), false],
  ['words of two of its addresses', neighbour(136, 'fd00::1', 'fe80:0:0:1::1'), false],
  ['an address in its prefix', neighbour(136, 'fd00::1', 'fd00:1:0:ff55::9'), true],
  ['an address just below its prefix', neighbour(136, 'fd00::1', 'fd00:1:0:feff::9'), false],
  ['the first address of its range', neighbour(136, 'fd00::1', 'fd00:2::5'), true],
  ['the last address of its range', neighbour(136, 'fd00::1', 'fd00:2::9'), true],
  ['an address behind its range', neighbour(136, 'fd00::1', 'fd00:2::a'), false],
  ['detection of its own address', neighbour(135, '::', 'fd00::1'), true],
  ["detection of another's address", neighbour(135, '::', 'fd00::7'), false],
  ['its own link-layer address', neighbour(136, 'fd00::1', 'fd00::1', OWN), true],
  ['a link-layer address with another end', neighbour(136, 'fd00::1', 'fd00::1', OTHER), false],
  ['a link-layer address with another start', neighbour(136, 'fd00::1', 'fd00::1', '525500000001'), false],
  ['a link-layer address with another middle', neighbour(136, 'fd00::1', 'fd00::1', '525400010001'), false],
  ['ARP for itself', arp(1, OWN, '10.20.0.1', NOBODY), true],
  ['ARP in another MAC', arp(1, OTHER, '10.20.0.1', NOBODY), false],
  ['ARP in another address', arp(1, OWN, '10.20.0.2', NOBODY), false],
  ['RARP for itself', arp(3, OWN, '0.0.0.0', OWN, '8035'), true],
  ['RARP for another', arp(3, OWN, '0.0.0.0', OTHER, '8035'), false],
  ['RARP from another', arp(3, OTHER, '0.0.0.0', OWN, '8035'), false],
];

const BRIDGE = [
  'ip link add name br-test type bridge; ip link set br-test up',
  ...[1, 2].map(
    (n) => `ip link add p${n} type veth peer name q${n}; ip link set p${n} master br-test up; ip link set q${n} up`,
  ),
  'sleep 1',
].join('; ');

test.skipIf(!isHere)('raw bits are held against the own addresses exactly, and no frame is changed', () => {
  const own = { ipv4: { single: true, ranges: false }, ipv6: { single: true, ranges: true } };
  const addresses = values('fd00::1', 'fd00:1:0:ff00::/56', 'fd00:2::5-fd00:2::9', 'fe80::1');
  const ports = [port(1, 'clean', { ifname: 'p1', ipv6: addresses })];
  const policy = {
    ports,
    profiles: [profile('clean', [], { own })],
    sets: [],
    networks: [],
    hostAddresses: { ipv4: [], ipv6: [] },
  };
  const lowered = lower(policy, { target: targetNamed('no-bridge-conntrack'), attachments: ATTACHMENTS });
  const { value } = emit(lowered.value, { texts: new Map() });
  if (value === undefined) throw new Error('nothing was emitted');
  const ruleset = stringifyDocument(value.ruleset).replaceAll('\n', ' ');
  const result = shell(
    `${BRIDGE}; read -r rules; printf "%s" "$rules" | nft -j -f -; exec python3 "${SENDER}" q1 q2`,
    `${ruleset}\n${FRAMES.map(([, frame]) => frame).join('\n')}\n`,
  );
  expect(result.stderr).toBe('');
  const passed = result.stdout.trim().split('\n');
  expect(FRAMES.map(([name], index) => [name, passed[index]])).toEqual(
    FRAMES.map(([name, , isPassed]) => [name, isPassed ? 'same' : 'nothing']),
  );
});
