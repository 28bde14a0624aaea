// The in-memory nftables against the running kernel: the same random rules over the same frames, counter by counter. Every rule counts, so that a
// frame's whole way through chains, sets and verdict maps is compared, not only its end.
import type { Command, Listing, NftDocument, NftObject } from '@weir/nftables-json';
import { createMemoryNft, document, MemoryNftError, readListing } from '@weir/nftables-json';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { ACTORS, openSegment } from '../attack/segment.ts';
import { catalogue } from '../attack/catalogue.ts';
import { tagged, type VlanTag } from '../kernel/frames.ts';
import type { Lab, Station } from '../kernel/lab.ts';
import { kernelTest, LAB } from '../kernel/requirements.ts';
import { type Entry, entry, entryCommands, ground, TABLE } from './rules.ts';

const SEED = Number(process.env['WEIR_SEED'] ?? '20261123');
const ENTRIES = Number(process.env['WEIR_ENTRIES'] ?? '60');
/** Of the catalogue every so manieth frame; 1 takes all of them, and minutes. */
const STEP = Number(process.env['WEIR_STEP'] ?? '6');

interface Sample {
  readonly name: string;
  readonly frame: Uint8Array;
}

const TAGS: Readonly<Record<string, readonly VlanTag[]>> = {
  'tag 5': [{ vid: 5, pcp: 3 }],
  'tags 5 and 6': [{ vid: 5 }, { vid: 6 }],
  'service tag 5': [{ vid: 5, tpid: 0x88a8 }],
  'service tag 5 and tag 6': [{ vid: 5, tpid: 0x88a8 }, { vid: 6 }],
};

/** Bytes behind the Ethernet header that are left: some end inside an address of IPv4, ARP or IPv6. */
const CUTS = [15, 18, 23, 26, 36, 39];

/** The catalogue, every third of its untagged frames under each kind of tags, and every seventh cut off in places. */
function samples(): readonly Sample[] {
  const plain = catalogue(ACTORS)
    .map(({ name, frame }) => ({ name, frame }))
    .filter(({ frame }) => passesPrerouting(frame))
    .filter((_, index) => index % STEP === 0);
  const more = plain
    .filter((_, index) => index % 3 === 0)
    .flatMap(({ name, frame }) =>
      Object.entries(TAGS).map(([tags, list]) => ({ name: `${name}, ${tags}`, frame: tagged(frame, list) })),
    );
  const cut = plain
    .filter((_, index) => index % 7 === 0)
    .flatMap(({ name, frame }) =>
      CUTS.filter((rest) => 14 + rest < frame.length).map((rest) => ({
        name: `${name}, cut after ${rest} bytes`,
        frame: frame.slice(0, 14 + rest),
      })),
    );
  return [...plain, ...more, ...cut];
}

/**
 * WHY: a bridge drops frames from a group or from no address before any of its hooks, and takes those to the reserved
 * groups 01:80:c2:00:00:01 to 0f for itself past prerouting (Linux 6.18, br_handle_frame).
 */
function passesPrerouting(frame: Uint8Array): boolean {
  const source = frame.subarray(6, 12);
  const isStation = ((source[0] ?? 0) & 1) === 0 && source.some((byte) => byte !== 0);
  const isReserved = /^0180c200000[1-9a-f]$/.test(Buffer.from(frame.subarray(0, 6)).toString('hex'));
  return isStation && !isReserved;
}

/** The rules of an entry that nft takes, in the eyes of the in-memory one. */
function acceptable(rules: Entry, name: string): Entry {
  const nft = createMemoryNft({ version: '1.0.6' });
  nft.load(document([...ground, ...entryCommands(name, 0, { base: [], upper: [], lower: [] })]));
  const keep = (list: Entry['base']): Entry['base'] =>
    list.filter((statements) => {
      try {
        nft.load(document([{ add: { rule: { ...tableOf, chain: name, expr: statements } } } as Command]));
        return true;
      } catch (error) {
        if (
          error instanceof MemoryNftError &&
          (error.reason === 'conflicting-protocols' || error.reason === 'unsupported')
        )
          return false;
        throw error;
      }
    });
  return { base: keep(rules.base), upper: keep(rules.upper), lower: keep(rules.lower) };
}

const tableOf = { family: TABLE.family, table: TABLE.name } as const;

/** Counts of all rules, by chain and place in it. */
function counts(listing: Listing): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const places = new Map<string, number>();
  for (const object of listing.objects as readonly NftObject[]) {
    if (!('rule' in object)) continue;
    const { chain, expr } = object.rule;
    const place = places.get(chain) ?? 0;
    places.set(chain, place + 1);
    const counter = expr.find((statement) => 'counter' in statement);
    if (counter !== undefined) found.set(`${chain} ${place}`, `${JSON.stringify(counter)}`);
  }
  return found;
}

function differences(ours: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])].filter((key) => ours.get(key) !== theirs.get(key));
}

let lab: Lab | undefined;
afterAll(async () => lab?.close());

async function kernelListing(): Promise<Listing> {
  return readListing(await lab?.host.must(['nft', '-j', 'list', 'table', TABLE.family, TABLE.name]));
}

function rulesOf(): NftDocument {
  const commands: Command[] = [...ground];
  for (let at = 0; at < ENTRIES; at += 1) {
    const name = `e${at}`;
    const [rules] = fc.sample(entry(name), { numRuns: 1, seed: SEED + at });
    if (rules !== undefined) commands.push(...entryCommands(name, at, acceptable(rules, name)));
  }
  return document(commands);
}

/** WHY: a station with addresses answers, and its answers would be counted too. */
async function silence(station: Station | undefined): Promise<void> {
  await station?.ip(['addr flush dev eth0', 'link set eth0 arp off']);
  await station?.agent.sysctl({ 'net.ipv6.conf.eth0.disable_ipv6': 1 });
}

kernelTest(
  'every rule counts the same frames in memory as in the kernel',
  LAB,
  async () => {
    lab = await openSegment();
    await Promise.all(['own', 'witness'].map((name) => silence(lab?.station(name))));
    const rules = rulesOf();
    const nft = createMemoryNft({ version: '1.0.6' });
    nft.load(rules);
    await lab.host.nft(rules);
    const found: string[] = [];
    const known = new Set<string>();
    for (const { name, frame } of samples()) {
      await lab.agent('own').send('eth0', [frame]);
      nft.evaluate({ frame, iifname: 'vnet0' }, { family: 'bridge', hook: 'prerouting' });
      const ours = await nft.list();
      const theirs = await kernelListing();
      const [a, b] = [counts(ours), counts(theirs)];
      expect(a.size).toBe(b.size);
      for (const key of differences(a, b)) {
        if (known.has(key)) continue;
        known.add(key);
        const [chain, place] = key.split(' ');
        const text = ours.objects.filter((object) => 'rule' in object && object.rule.chain === chain)[Number(place)];
        found.push(`${name}: ${key}: memory ${a.get(key)}, kernel ${b.get(key)}\n  ${JSON.stringify(text)}`);
      }
      if (found.length > 8) break;
    }
    expect(found).toEqual([]);
    const hits = [...counts(await nft.list()).values()].filter((text) => !text.includes('"packets":0,'));
    expect(hits.length).toBeGreaterThan(ENTRIES);
  },
  240_000,
);
