// Stands in for @fast-check/vitest, of which the tests here use fast-check alone.
export { default as fc } from 'fast-check';
