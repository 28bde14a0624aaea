/** The Weir compiler: from syntax trees to nftables documents. */
export * from './diagnostics/line-index.ts';
export * from './diagnostics/render-json.ts';
export type { DiagnosticSources } from './diagnostics/render-sources.ts';
export * from './diagnostics/render-text.ts';
export * from './diagnostics/render-visible.ts';
export * from './diagnostics/render.ts';
export * from './pass-result.ts';
export * from './policy/field.ts';
export * from './policy/match.ts';
export * from './policy/policy.ts';
export * from './policy/rule.ts';
export * from './registry.ts';
export * from './settings/interface-name.ts';
export * from './settings/settings-context.ts';
export * from './target/target.ts';
