// The life of a site on a host: applied, applied again, changed under a running connection, broken, and taken down without a trace.
import { afterAll, beforeAll, expect } from 'vitest';
import { type Lab, openLab } from '../kernel/lab.ts';
import { kernelTest, LAB, type Requirement, requirements } from '../kernel/requirements.ts';
import { type AppliedSite, siteIn } from './applied.ts';
import { FAR, GATEWAYS, GUESTS, LAB_SPEC, OPEN_FILTER, siteText } from './site.ts';

const NEEDS: readonly Requirement[] = [...LAB, 'dnsmasq'];
const R1 = GUESTS[2];
const FOREIGN = 'table inet other {\n chain c {\n  type filter hook forward priority 5\n  counter\n }\n}\n';
const OPEN = siteText(OPEN_FILTER, () => 'open');
const SHUT = siteText(OPEN_FILTER.replace('in  accept', 'in  accept tcp port 81'), () => 'open');
const SETTINGS = [
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/sys/net/ipv6/conf/all/forwarding',
  '/proc/sys/net/bridge/bridge-nf-call-iptables',
  '/proc/sys/net/bridge/bridge-nf-call-ip6tables',
];

let lab: Lab;
let site: AppliedSite | undefined;
let before: Trace;

interface Trace {
  readonly tables: string;
  readonly links: readonly string[];
  readonly addresses: readonly string[];
  readonly settings: string;
  readonly processes: readonly string[];
}

/** What a site can leave on a host. */
async function trace(): Promise<Trace> {
  const links = JSON.parse(await lab.host.must(['ip', '-j', 'address', 'show'])) as readonly {
    readonly ifname: string;
    readonly master?: string;
    readonly addr_info: readonly { readonly local: string; readonly prefixlen: number }[];
  }[];
  const pids = (await lab.host.must(['ip', 'netns', 'pids', lab.host.namespace]))
    .split('\n')
    .filter((pid) => pid !== '');
  const names = await Promise.all(pids.map((pid) => lab.host.run(['cat', `/proc/${pid}/comm`])));
  return {
    tables: await lab.host.must(['nft', 'list', 'tables']),
    links: links.map(({ ifname, master }) => (master === undefined ? ifname : `${ifname} in ${master}`)).toSorted(),
    // WHY: the kernel makes the link-local address of a bridge when its first port comes up, some time after it was asked to.
    addresses: links
      .flatMap((link) => link.addr_info.map((a) => `${link.ifname} ${a.local}/${a.prefixlen}`))
      .filter((text) => !text.includes(' fe80:'))
      .toSorted(),
    settings: (await lab.host.run(['grep', '-H', '', ...SETTINGS])).stdout,
    processes: names.map(({ stdout }) => stdout.trim()).filter((name) => name === 'dnsmasq'),
  };
}

/** The rules of Weir, without the numbers that packets change. */
const rules = (): Promise<string> =>
  lab.host.must(['sh', '-c', 'nft -s list table bridge weir; nft -s list table inet weir']);

const theSite = (): AppliedSite => {
  if (site === undefined) throw new Error('no site');
  return site;
};

beforeAll(async () => {
  if (requirements(NEEDS).missing) return;
  lab = await openLab(LAB_SPEC);
  await lab.ready();
  site = siteIn(lab);
  await lab.host.nft(FOREIGN);
  before = await trace();
  await site.apply(OPEN);
  await lab.agent('r1').listenTcp(80);
  await lab.agent('r1').listenTcp(81);
});

afterAll(async () => {
  await site?.remove();
  await lab?.close();
});

kernelTest('applying a second time changes nothing', NEEDS, async () => {
  const [first, there] = [await rules(), await trace()];
  await theSite().apply(OPEN);
  expect(await rules()).toBe(first);
  expect(await trace()).toEqual(there);
  expect(there.processes.length).toBeGreaterThanOrEqual(1);
});

for (const family of ['ipv4', 'ipv6'] as const) {
  kernelTest(`${family}: a changed rule holds for new connections and spares those that run`, NEEDS, async () => {
    const stream = await lab.agent('far').stream(R1[family], 80);
    expect(await stream.exchange()).toBe('answered');
    await theSite().apply(SHUT);
    expect(await stream.exchange()).toBe('answered');
    expect(await lab.agent('far').tcp(R1[family], 80)).toMatchObject({ outcome: 'timeout' });
    expect(await lab.agent('far').tcp(R1[family], 81)).toMatchObject({ outcome: 'connected' });
    await theSite().apply(OPEN);
    expect(await stream.exchange()).toBe('answered');
    expect(await lab.agent('far').tcp(R1[family], 80)).toMatchObject({ outcome: 'connected' });
    await stream.close();
  });
}

kernelTest('a connection in use meets no gap while rules are replaced', NEEDS, async () => {
  const stream = await lab.agent('r1').stream(GATEWAYS.routed.ipv4, (await lab.agent('host').listenTcp(0)).port);
  const heard: string[] = [];
  const changes = (async () => {
    for (const text of [SHUT, OPEN, SHUT, OPEN]) await theSite().apply(text);
  })();
  let changing = true;
  const done = changes.finally(() => (changing = false));
  while (changing) heard.push(await stream.exchange(2));
  await done;
  await stream.close();
  expect(heard.length).toBeGreaterThan(3);
  expect(new Set(heard)).toEqual(new Set(['answered']));
});

kernelTest('a file with an error changes nothing', NEEDS, async () => {
  const [first, there] = [await rules(), await trace()];
  await expect(theSite().apply(`${SHUT}\nfilter broken { in accept tcp port 90-80 }\n`)).rejects.toThrow('error[');
  await expect(theSite().apply(SHUT.replace('mode routed', 'mode rooted'))).rejects.toThrow('error[');
  expect(await rules()).toBe(first);
  expect(await trace()).toEqual(there);
  expect(await lab.agent('far').tcp(R1.ipv4, 80)).toMatchObject({ outcome: 'connected' });
});

kernelTest('down leaves the host as it was, and the tables of others untouched', NEEDS, async () => {
  const foreign = await lab.host.must(['nft', '-s', 'list', 'table', 'inet', 'other']);
  const outcome = await theSite().weir('down', '--netns', lab.host.namespace);
  expect(outcome).toMatchObject({ code: 0 });
  expect(await trace()).toEqual(before);
  expect(await lab.host.must(['nft', '-s', 'list', 'table', 'inet', 'other'])).toBe(foreign);
  expect(foreign).toContain('counter');
  expect(await lab.agent('host').tcp(FAR.ipv4, 1)).toMatchObject({ outcome: 'refused' });
});

kernelTest('down twice, and apply after it, are no errors', NEEDS, async () => {
  expect(await theSite().weir('down', '--netns', lab.host.namespace)).toMatchObject({ code: 0 });
  await theSite().apply(OPEN);
  // WHY: the new bridge has a new MAC address, which a guest learns only when it has given up the old one, and the host asks for neighbours only
  // once its new addresses are known to be unique (RFC 4862 5.4, a second or two).
  await lab.station('r1').ip(['neigh flush dev eth0']);
  let outcome = '';
  for (let tries = 0; tries < 10 && outcome !== 'connected'; tries++)
    ({ outcome } = await lab.agent('far').tcp(R1.ipv6, 80, { timeout: 1 }));
  expect(outcome).toBe('connected');
});
