import { expect, test } from 'vitest';
import { procAddress } from './listening.ts';

test.each([
  ['127.0.0.1', 'LE', '0100007F'],
  ['127.0.0.1', 'BE', '7F000001'],
  ['::1', 'LE', '00000000000000000000000001000000'],
  ['2001:db8:5::1', 'LE', 'B80D0120000005000000000001000000'],
  ['2001:db8:5::1', 'BE', '20010DB8000500000000000000000001'],
] as const)('the kernel prints %s on a %s machine as %s', (address, order, text) => {
  expect(procAddress(address, order)).toBe(text);
});
