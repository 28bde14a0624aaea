/** Documents that load samples into a fresh table. */
import type { Command, NftDocument } from '../types/command.ts';
import type { Statement } from '../types/statement.ts';
import type { Sample } from './samples.ts';

/** The table, a base chain `c` and a rule with the statement, in the family and on the hook the sample asks for. */
export function statementDocument(sample: Sample<Statement>, statement: unknown = sample.good): NftDocument {
  const family = sample.family ?? 'inet';
  const type = sample.type ?? 'filter';
  const hook = sample.hook ?? (type === 'nat' ? 'prerouting' : 'input');
  const dev = hook === 'ingress' ? { dev: 'lo' } : {};
  const commands: Command[] = [
    { add: { table: { family, name: 't' } } },
    { add: { chain: { family, table: 't', name: 'c', type, hook, ...dev, prio: 0 } } },
    ...(sample.setup ?? []),
    { add: { rule: { family, table: 't', chain: 'c', expr: [...(sample.before ?? []), statement as Statement] } } },
  ];
  return { nftables: commands };
}

/** The table, a base chain `c` and the command. */
export function commandDocument(sample: Sample<Command>, command: unknown = sample.good): NftDocument {
  return {
    nftables: [
      { add: { table: { family: 'inet', name: 't' } } },
      { add: { chain: { family: 'inet', table: 't', name: 'c', type: 'filter', hook: 'forward', prio: 0 } } },
      ...(sample.setup ?? []),
      command as Command,
    ],
  };
}
