// The emitted ruleset of a whole site with the memory host around it, asked the table of modes that kernels and journeys are asked too.
import { TARGETS } from '@weir/compiler';
import { expect, test } from 'vitest';
import { loadWay, WAYS } from '../agreement/memory-agreement.ts';
import { compileTexts } from '../compile/compile-case.ts';
import { modelled } from '../journeys/modelled.ts';
import { type Ends, ethernet, ETHERTYPE, ipBytes, ipv4, ipv6, tcp, udp } from '../kernel/frames.ts';
import { FAMILIES, type Family, MODE_TABLE, type ModeRow } from '../packets/mode-table.ts';
import { FAR, GATEWAYS, GUESTS, HOST, LAN, OPEN_FILTER, siteText } from '../packets/site.ts';
import { createMemoryHost, type Exchange, type MemoryHost } from './host/memory-host.ts';
import { tupleOf } from './host/packet.ts';
import type { Station } from './host/step.ts';

const TEXT = siteText(OPEN_FILTER, () => 'open', `host { address ${HOST.ipv4}, ${HOST.ipv6} }\n`);
const { policy } = modelled({ 'site.weir': TEXT });
const STATIONS: Readonly<Record<string, Readonly<Record<Family, string>>>> = { far: FAR, lan: LAN };
const UPLINK = 'up0';

function stationOf(name: string): Station {
  const guest = GUESTS.find((one) => one.name === name);
  if (guest !== undefined) return { kind: 'guest', ifname: guest.ifname };
  if (name === 'host') return { kind: 'host' };
  return { kind: 'outside', ...(name === 'lan' && { network: 'wire' }) };
}

/** Who answers at the end of a row. */
function listener({ to, port }: ModeRow, family: Family): Station {
  if (to === HOST) return stationOf(port === 8443 ? 'n1' : 'n2');
  const guest = GUESTS.find((one) => one[family] === to[family]);
  return stationOf(guest?.name ?? (to === FAR ? 'far' : to === LAN ? 'lan' : 'host'));
}

function sourceOf({ from, to }: ModeRow, family: Family): string {
  const guest = GUESTS.find(({ name }) => name === from);
  const toGuest = GUESTS.find((one) => one[family] === to[family]);
  const gateway = toGuest && toGuest.network !== 'wire' ? GATEWAYS[toGuest.network][family] : HOST[family];
  return guest?.[family] ?? STATIONS[from]?.[family] ?? gateway;
}

function frameOf(row: ModeRow, family: Family): Uint8Array {
  const ends: Ends = { src: sourceOf(row, family), dst: row.to[family] };
  const ports = { sport: 50_000, dport: row.port };
  const [protocol, payload] = row.protocol === 'tcp' ? [6, tcp(ends, ports)] : [17, udp(ends, ports)];
  const packet =
    family === 'ipv4' ? ipv4({ ...ends, protocol, payload }) : ipv6({ ...ends, nextHeader: protocol, payload });
  const type = family === 'ipv4' ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6;
  return ethernet({ src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02', type, payload: packet });
}

const number = (address: string): bigint => ipBytes(address).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** In the words of the table. */
function wordsOf(row: ModeRow, family: Family, { there, back }: Exchange): string {
  const wanted = listener(row, family);
  const isThere = there.kind === 'delivered' && JSON.stringify(there.to) === JSON.stringify(wanted);
  if (!isThere || back?.kind !== 'delivered') return 'kept apart';
  const seen = tupleOf(there.frame)?.source.address;
  if (row.seenAs !== undefined && seen !== number(row.seenAs[family])) return `connected as ${seen}`;
  return 'connected';
}

function askTable(host: MemoryHost, family: Family): Readonly<Record<string, string>> {
  const told = MODE_TABLE.map((row) => {
    const sending = { from: stationOf(row.from), frame: frameOf(row, family), device: UPLINK };
    return [row.name, wordsOf(row, family, host.exchange(sending))] as const;
  });
  return Object.fromEntries(told);
}

for (const target of TARGETS) {
  const { documents, report } = compileTexts(new Map([['site.weir', TEXT]]), target);
  if (documents === undefined) throw new Error(report);
  for (const isOutsideRouting of [false, true]) {
    const promised = MODE_TABLE.map((row) => {
      const isLost = row.needsBridgeConntrack === true && !target.kernel.bridgeConntrack;
      const outcome = (isOutsideRouting ? row.whereRouted : undefined) ?? row.outcome;
      return [row.name, isLost ? 'kept apart' : outcome] as const;
    });
    const where = isOutsideRouting ? 'where somebody outside routes' : 'as in the lab';
    test.each(WAYS)(`${target.name}: the table of modes ${where}, loaded as %s`, (way) => {
      const nft = loadWay(documents, target, way, 7);
      const { topology } = documents;
      const host = createMemoryHost({ topology, policy, target, nft, isOutsideRouting });
      for (const family of FAMILIES) expect(askTable(host, family), family).toEqual(Object.fromEntries(promised));
    });
  }
}
