/**
 * Every code a {@link SyntaxProblem} may carry. All are errors. Permanent: a code is never renamed or reused.
 */

/** What each code is about, for the list of all codes. */
export const syntaxTitles = {
  'syntax/bad-character': 'a character that has no place in rule files',
  'syntax/stray-bracket': 'a closing bracket without an opening one',
  'syntax/too-deep': 'brackets inside brackets beyond any use',
  'syntax/unclosed-bracket': 'an opening bracket without a closing one',
  'syntax/unclosed-text': 'a text without its closing quote',
  'syntax/unexpected': 'a word or sign where something else must stand',
} as const;

/** One of the parser's codes. */
export type SyntaxCode = keyof typeof syntaxTitles;
