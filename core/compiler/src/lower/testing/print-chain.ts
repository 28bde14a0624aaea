/** Chains as short lines of text, so that tests can be read. Not nft's own syntax in every detail. */
import type { Expression, Statement } from '@weir/nftables-json';
import type { LayoutChain } from '../layout.ts';

/** One line a rule. */
export function printChain(chain: LayoutChain | undefined): readonly string[] {
  return (chain?.rules ?? []).map(({ statements }) => statements.map(printStatement).join(' '));
}

function printStatement(statement: Statement): string {
  if ('match' in statement) {
    const { op, left, right } = statement.match;
    return `${print(left)}${op === '==' ? '' : ` ${op}`} ${print(right)}`;
  }
  if ('vmap' in statement) return `${print(statement.vmap.key)} vmap ${print(statement.vmap.data)}`;
  if ('mangle' in statement) return `${print(statement.mangle.key)} := ${print(statement.mangle.value)}`;
  if ('jump' in statement) return `jump ${statement.jump.target}`;
  if ('goto' in statement) return `goto ${statement.goto.target}`;
  const [[name, body] = ['', null]] = Object.entries(statement);
  return body === null ? name : `${name} ${JSON.stringify(body).replaceAll('"', '')}`;
}

function print(value: Expression): string {
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map((one: Expression) => print(one)).join(',');
  const [[kind, body] = ['', null]] = Object.entries(value as Readonly<Record<string, unknown>>);
  return printKind(kind, body);
}

function printKind(kind: string, body: unknown): string {
  const list = body as readonly Expression[];
  const parts = body as Readonly<Record<string, string>>;
  switch (kind) {
    case 'payload':
      return parts['base'] === undefined
        ? `${parts['protocol']} ${parts['field']}`
        : `@${parts['base']},${parts['offset']},${parts['len']}`;
    case 'meta':
    case 'ct':
      return kind === 'ct' ? `ct ${parts['key']}` : `${parts['key']}`;
    case 'exthdr':
      return `exthdr ${parts['name']}`;
    case 'concat':
      return list.map(print).join(' . ');
    case 'set':
      return `{ ${list.map((one) => (Array.isArray(one) ? `${print(one[0])} : ${print(one[1])}` : print(one))).join(', ')} }`;
    case 'range':
      return list.map(print).join('-');
    case 'prefix':
      return `${parts['addr']}/${parts['len']}`;
    case '&':
    case '|':
      return `(${list.map(print).join(` ${kind} `)})`;
    default:
      return body === null ? kind : `${kind} ${JSON.stringify(body)}`;
  }
}
