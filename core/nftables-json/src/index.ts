/** The public face of `@weir/nftables-json`. */
export * from './version.ts';
export * from './types/family.ts';
export * from './types/datatype.ts';
export * from './types/payload-field.ts';
export * from './types/option-field.ts';
export * from './types/meta-key.ts';
export * from './types/ct-key.ts';
export * from './types/expression.ts';
export * from './types/statement.ts';
export * from './types/object.ts';
export * from './types/command.ts';
export * from './types/kind.ts';
export * from './build/expression.ts';
export * from './build/statement.ts';
export * from './build/command.ts';
export * from './stringify.ts';
