import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import schema from '../../schema/prove-result.schema.json' with { type: 'json' };
import { fileTree } from '../testing/file-tree.ts';
import { schemaComplaints } from '../testing/json-schema.ts';
import { runWeir } from '../testing/run-weir.ts';

const SITE = `network lan { mode isolated; bridge br-lan; subnet 10.20.0.0/24; subnet fd00:20::/64 }
network dmz { mode nat; bridge br-dmz; subnet 10.30.0.0/24; reaches lan; uplink eth0
  forward { protocol tcp; port 443; to web1 } }
filter web {
  in  accept tcp port 443
  out accept tcp port 5432 to guests(tier = db)
}
filter database {
  in  accept tcp port 5432 from guests(tier = web)
}
guest web1 { labels { tier = web }; interface vnet0 { network dmz; mac 52:54:00:00:00:01; address 10.30.0.11; filter web } }
guest db1  { labels { tier = db }; interface vnet1 { network lan; mac 52:54:00:00:00:02; address 10.20.0.12; filter database } }
guest db2  { labels { tier = db }; interface vnet2 { network lan; mac 52:54:00:00:00:03; address 10.20.0.13; filter database } }
`;
const RIGHT = `assert "databases are for the web servers" {
  never  from world to guests(tier = db)
  never  tcp to guests(tier = db) where tcp.destination != 5432
  always tcp from guests(tier = web) to guests(tier = db) port 5432
  never  from guests(tier = db) to guests(tier = db)
}
`;
const WRONG = `assert "nobody talks to databases" {
  never tcp to guests(tier = db)
}
assert "the web reaches everything" {
  always tcp from guests(tier = web) to guests(tier = db) port 22
}
`;

const prove = async (text: string, ...argv: readonly string[]) => {
  const cwd = fileTree({ 'a.weir': text });
  return { cwd, ...(await runWeir(['prove', 'a.weir', ...argv], { cwd })) };
};

test('claims that hold are proved, with the promises of modes and what no guest may send', async () => {
  const { code, stdout } = await prove(SITE + RIGHT);
  expect(stdout).toContain('proved       databases are for the web servers  a.weir:');
  expect(stdout).toContain('proved       mode isolated: nothing leaves the isolated network lan  a.weir:1:');
  expect(stdout).toContain(
    'proved       mode nat: nobody outside opens a connection into network dmz but by a declared',
  );
  expect(stdout).toContain('proved       no guest sends from a link address that is not its own (3 ports, 2 policies)');
  expect(stdout).toMatch(/\n\d+ proved, 0 refuted, 0 not decided\n$/);
  expect(code).toBe(0);
});

test('a claim that does not hold is refuted by a packet that is followed hop by hop', async () => {
  const { code, stdout } = await prove(SITE + WRONG);
  expect(code).toBe(1);
  expect(stdout).toContain('REFUTED      nobody talks to databases  a.weir:');
  expect(stdout).toMatch(/accept {2}tcp web1 port \d+ -> db1 port 5432\n/);
  expect(stdout).toContain('in  accept tcp port 5432 from guests(tier = web)');
  expect(stdout).toContain('REFUTED      the web reaches everything  a.weir:');
  expect(stdout).toMatch(/drop {4}tcp web1 port \d+ -> db[12] port 22\n/);
  expect(stdout).toMatch(/ 2 refuted, 0 not decided\n$/);
});

test('a guest without a guard is told with a frame, and that alone fails nothing', async () => {
  const { code, stdout } = await prove(SITE.replace('52:54:00:00:00:03;', '52:54:00:00:00:03; guard none;') + RIGHT);
  expect(code).toBe(0);
  expect(stdout).toContain('open         no guest sends VLAN tags (2 of 3 ports)\n               db2 vnet2: ');
  expect(stdout).toContain('weir explain … --port vnet2 --direction out --frame ');
});

test('the certificate is the report as JSON, follows its schema, and is the same every time', async () => {
  for (const text of [SITE + RIGHT, SITE + WRONG]) {
    const first = await prove(text, '--format', 'json', '--certificate', 'proof.json');
    const second = await prove(text, '--format', 'json');
    expect(schemaComplaints(schema, JSON.parse(first.stdout))).toEqual([]);
    expect(second.stdout).toBe(first.stdout);
    expect(readFileSync(join(first.cwd, 'proof.json'), 'utf8')).toBe(first.stdout);
  }
});

test('findings stand beside the lines of claims', async () => {
  const { code, stdout } = await prove(SITE + WRONG, '--format', 'github');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^::error file=a\.weir,line=15,.*prove\/refuted/m);
});

test('a broken claim is an error of the files, and nothing is proved', async () => {
  const { code, stdout } = await prove(`${SITE}assert "x" { never from nobody }\n`);
  expect(code).toBe(1);
  expect(stdout).toContain('error[resolve/unknown-name]');
  expect(stdout).not.toContain('proved');
});
