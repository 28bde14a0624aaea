import { expect, test } from 'vitest';
import diagnostics from '../../schema/diagnostics.schema.json' with { type: 'json' };
import schema from '../../schema/explain-result.schema.json' with { type: 'json' };
import { fileTree } from '../testing/file-tree.ts';
import { schemaComplaints } from '../testing/json-schema.ts';
import { runWeir } from '../testing/run-weir.ts';

const SITE = `network lan { mode isolated; bridge br-lan; subnet 10.20.0.0/24 }
network dmz {
  mode nat
  bridge br-dmz
  subnet 10.30.0.0/24
  forward { protocol tcp; port 8443; to web1; to-port 443 }
}
filter web {
  in  accept tcp port { 80, 443 }
  in  accept tcp port 22 from 192.0.2.0/24
  out accept udp port 53 to gateway
  default out reject
}
guest web1 { interface vnet0 { network dmz; mac 52:54:00:00:00:01; address 10.30.0.11; filter web } }
guest db1  { interface vnet1 { network lan; mac 52:54:00:00:00:02; address 10.20.0.12 } }
`;

const explain = async (...argv: readonly string[]) =>
  runWeir(['explain', 'a.weir', ...argv], { cwd: fileTree({ 'a.weir': SITE }) });

interface Explained {
  readonly verdict: string;
  readonly hops: readonly {
    readonly port: string | null;
    readonly network: string | null;
    readonly direction: string | null;
    readonly verdict: string;
    readonly rule: string;
    readonly file: string | null;
    readonly line: number | null;
    readonly missed: readonly { readonly line: number | null; readonly why: readonly string[] }[];
  }[];
}

const asJson = async (...argv: readonly string[]): Promise<Explained> => {
  const { stdout } = await explain(...argv, '--format', 'json');
  expect(schemaComplaints(schema, JSON.parse(stdout))).toEqual([]);
  return JSON.parse(stdout) as Explained;
};

test('a flow that arrives names the rule that let it in, through the forward that leads there', async () => {
  const { code, stdout, stderr } = await explain('tcp 198.51.100.7 -> web1 port 443');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^accept {2}tcp 198\.51\.100\.7 -> web1 port 443\n/);
  expect(stdout).toMatch(/destination \S+ port 8443 becomes 10\.30\.0\.11 port 443\n/);
  expect(stdout).toMatch(/accept {2}web1 vnet0 in: filter web\n +a\.weir:9:3 {2}in {2}accept tcp port \{ 80, 443 \}\n/);
});

test('a flow that is refused ends at the hop that refused it, with what the other rules missed on', async () => {
  const { verdict, hops } = await asJson('tcp web1 -> gateway port 53');
  expect(verdict).toBe('reject');
  expect(hops).toHaveLength(1);
  expect(hops[0]).toMatchObject({ port: 'vnet0', direction: 'out', verdict: 'reject', file: 'a.weir', line: 12 });
  const missed = hops[0]?.missed.find(({ line }) => line === 11);
  expect(missed?.why).toEqual(['packet.protocol is tcp, not udp']);
});

test('a network that keeps apart is named with its place', async () => {
  const { verdict, hops } = await asJson('tcp db1 -> web1 port 80');
  expect(verdict).toBe('drop');
  expect(hops.at(-1)).toMatchObject({ network: 'lan', verdict: 'drop', file: 'a.weir', line: 1 });
});

test('a source that is not the guest’s own is stopped by its guard, at its line in the library', async () => {
  const { hops } = await asJson('udp web1 from 10.30.0.99 -> gateway port 53');
  expect(hops.at(-1)).toMatchObject({ port: 'vnet0', direction: 'out', verdict: 'drop' });
  expect(hops.at(-1)?.file).toContain('@weir/rules');
  expect(hops.at(-1)?.rule).toContain('guard clean-traffic');
});

test('rules of guards that let the packet go on are counted, and told with --all', async () => {
  const short = await explain('tcp 198.51.100.7 -> web1 port 443');
  expect(short.stdout).toMatch(/missed: \d+ rules of guard clean-traffic\n/);
  const long = await explain('tcp 198.51.100.7 -> web1 port 443', '--all');
  expect(long.stdout).toContain('in accept arp: ether.type is ipv4, not arp');
  expect((await explain('tcp 198.51.100.7 -> web1 port 443', '--no-missed')).stdout).not.toContain('missed');
});

const DNS =
  '525400000099 525400000001 0800 45000020000100004011662b 0a1e000b0a1e0001 c0000035000c0000 00000000'.replaceAll(
    ' ',
    '',
  );

test('a raw frame is followed from its port, and asked about at one port toward it', async () => {
  const out = await asJson('--port', 'vnet0', '--direction', 'out', '--state', 'new', '--frame', DNS);
  expect(out.hops[0]).toMatchObject({ port: 'vnet0', direction: 'out', verdict: 'accept', line: 11 });
  const into = await asJson('--port', 'vnet0', '--direction', 'in', '--frame', DNS);
  expect(into.hops).toHaveLength(1);
  expect(into.verdict).toBe('drop');
});

test('what is wrong with a flow is shown in the flow itself', async () => {
  const { code, stdout } = await explain('tcp web2 -> gateway port 53');
  expect(code).toBe(1);
  expect(stdout).toContain('<flow>:1:5');
  expect(stdout).toContain('did you mean `web1`?');
});

test('what is wrong with the rule files is shown as `check` does', async () => {
  const cwd = fileTree({ 'a.weir': 'filter f {\n  in accept tcp prt 22\n}\n' });
  const { code, stdout } = await runWeir(['explain', 'a.weir', 'tcp web1 -> gateway', '--format', 'json'], { cwd });
  expect(code).toBe(1);
  expect(schemaComplaints(diagnostics, JSON.parse(stdout))).toEqual([]);
});

test.each([
  [['tcp web1 -> gateway'], 'name the rule files and then the flow'],
  [['a.weir', '--frame', '00'], 'wants `--port IFNAME` and `--direction'],
  [['a.weir', '--frame', '0x', '--port', 'vnet0', '--direction', 'in'], 'not an even number of hexadecimal digits'],
  [['a.weir', '--frame', DNS, '--port', 'vnet', '--direction', 'in'], 'no guest has an interface `vnet`'],
  [['a.weir', 'tcp web1 -> gateway', '--port', 'vnet0'], '`--port` goes with `--frame` only'],
])('wrong usage %j is said in one line', async (argv, words) => {
  const { code, stderr } = await runWeir(['explain', ...argv], { cwd: fileTree({ 'a.weir': SITE }) });
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});
