import { expect, test } from 'vitest';
import { isDate } from './date.ts';

test('days that there are, are dates', () => {
  for (const text of ['2027-03-31', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31']) {
    expect(isDate(text), text).toBe(true);
  }
});

test('days that there are not, are none', () => {
  const none = [
    '2027-02-29',
    '1900-02-29',
    '2027-04-31',
    '2027-13-01',
    '2027-00-10',
    '2027-01-00',
    '0000-01-01',
    '27-1-1',
  ];
  for (const text of [...none, '', '2027-01-01T00:00']) expect(isDate(text), text).toBe(false);
});
