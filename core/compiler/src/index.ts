/** The Weir compiler: from syntax trees to nftables documents. */
export * from './pass-result.ts';
export * from './policy/field.ts';
export * from './policy/match.ts';
export * from './policy/policy.ts';
export * from './policy/rule.ts';
export * from './target/target.ts';
