/** What a sample of a construct is, and where the samples live. */
import type { Command } from '../types/command.ts';
import type { Family, Hook } from '../types/family.ts';
import type { Statement } from '../types/statement.ts';
import type { NftVersion } from '../version.ts';

/** Where a sample is put to be loaded. */
export interface Sample<T> {
  readonly good: T;
  readonly bad: readonly unknown[];
  readonly family?: Family;
  readonly type?: 'filter' | 'nat';
  readonly hook?: Hook;
  readonly setup?: readonly Command[];
  readonly before?: readonly Statement[];
  readonly since?: NftVersion;
  /** Why the running kernel or nft 1.0.6 cannot load it. */
  readonly unloadable?: string;
}

export const T = { family: 'inet', table: 't' } as const;
export const saddr = { payload: { protocol: 'ip', field: 'saddr' } } as const;
export const tcpMatch: Statement = { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'tcp' } };
export const set = (name: string): Command => ({ add: { set: { ...T, name, type: 'ipv4_addr', flags: ['timeout'] } } });
