/** Every code a {@link SyntaxProblem} may carry. Permanent: a code is never renamed or reused. */
export const syntaxCodes = [
  'syntax/bad-character',
  'syntax/stray-bracket',
  'syntax/too-deep',
  'syntax/unclosed-bracket',
  'syntax/unclosed-text',
  'syntax/unexpected',
] as const;
