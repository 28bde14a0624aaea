/** All samples, shared by the tests of the check, the oracle and the normal form. */
export { expressionSamples } from './expression-samples.ts';
export { commandSamples, objectSamples } from './object-samples.ts';
export type { Sample } from './sample.ts';
export { statementSamples } from './statement-samples.ts';
