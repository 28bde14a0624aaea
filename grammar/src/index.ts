/** Public surface of `@weir/grammar`: the tree, its problems and the parser. */
export { parseClaim, parseFile, parseFlow, type ParsedClaim, type ParsedFile, type ParsedFlow } from './parse.ts';
export { MAX_DEPTH } from './layout.ts';
export { nearest } from './nearest.ts';
export { syntaxTitles, type SyntaxCode } from './codes.ts';
export type { SyntaxProblem } from './problem.ts';
export type * from './tree.ts';
