import { expect, test } from 'vitest';
import { guest, problems } from '../resolve/testing.ts';

const FOUND = ['resolve/effect-not-seen'];
const codes = (text: string): readonly string[] => problems(text).map((line) => line.split(' ')[0] ?? '');

const SETS = 'filter sets { out accept tcp mark 16; in accept }\n';
const ASKS = 'filter asks { out accept where packet.mark != 16; in accept where packet.mark == 16 }\n';

test('a filter that asks for a mark behind one that sets it is refused, in the direction in which that happens', () => {
  expect(codes(SETS + ASKS + guest('a', 'filter sets, asks'))).toEqual(FOUND);
});

test('a filter that asks first, and one alone, are fine', () => {
  expect(
    codes(SETS + ASKS + guest('a', 'filter asks, sets') + guest('b', 'filter asks') + guest('c', 'filter sets')),
  ).toEqual([]);
});

test('a rule that sets and accepts hides nothing from the rules behind it in its filter', () => {
  expect(
    codes(`filter f { out accept tcp mark 16; out accept where packet.mark == 1 }\n${guest('a', 'filter f')}`),
  ).toEqual([]);
});

test('a rule that sets and returns is seen by the rules behind its block', () => {
  const inner = 'filter inner { out return tcp mark 16 }\n';
  expect(codes(`${inner}filter f { use inner; out accept where packet.mark == 1 }\n${guest('a', 'filter f')}`)).toEqual(
    FOUND,
  );
});

test('the code point of both families and raw bits that may hold it are what `dscp` changes', () => {
  const marks = 'filter marks { out accept dscp ef }\n';
  const asking = (where: string): readonly string[] =>
    codes(`${marks}filter f { out accept where ${where} }\n${guest('a', 'filter marks, f')}`);
  expect(asking('ip.dscp == ef')).toEqual(FOUND);
  expect(asking('ip6.dscp == ef')).toEqual(FOUND);
  expect(asking('payload(network, 8, 8) == 0')).toEqual(FOUND);
  expect(asking('payload(network, 96, 32) == 1')).toEqual([]);
  expect(asking('packet.mark == 1')).toEqual([]);
});
