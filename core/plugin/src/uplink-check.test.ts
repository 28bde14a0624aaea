import { expect, test } from 'vitest';
import { uplinkCheck } from './uplink-check.ts';

const span = { file: 'a.weir', start: 0, end: 4 };
const network = {
  name: 'front',
  bridge: 'virbr1',
  ports: [{ guest: 'web1', ifname: 'vnet0', mac: '52:54:00:00:00:01', addresses: [], span }],
};

test('a network leaves neither through its own bridge nor through a guest', () => {
  const found = uplinkCheck('test')(network, [
    { value: 'virbr1', span },
    { value: 'eth0', span },
    { value: 'vnet0', span: { ...span, start: 2 } },
  ]);
  expect(found.map(({ code, message, span: at }) => [code, message, at?.start])).toEqual([
    ['test/uplink-inside', '`virbr1` cannot be the uplink: it is the bridge of network `front` itself', 0],
    ['test/uplink-inside', '`vnet0` cannot be the uplink: it is the interface of guest `web1`', 2],
  ]);
});
