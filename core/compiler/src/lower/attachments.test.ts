import { expect, test } from 'vitest';
import { BRIDGE_PORT } from '../target/bridge-port.ts';
import { lower } from './lower.ts';
import { codes, targetNamed } from './testing/lower-for.ts';
import { ATTACHMENTS, profile, ROUTED_TAP, sets } from './testing/sample-policy.ts';

const found = (names: readonly string[], attachments: typeof ATTACHMENTS): readonly string[] => {
  const policy = {
    ports: [],
    profiles: names.map((attachment, at) => {
      const { guard: _none, ...bare } = profile(`p${at}`, [], { attachment });
      return bare;
    }),
    sets: sets([]),
    networks: [],
    hostAddresses: { ipv4: [], ipv6: [] },
  };
  return codes(lower(policy, { target: targetNamed('debian-12'), attachments }).diagnostics);
};

test('a profile at an attachment that no plugin brings is an error', () => {
  expect(found([BRIDGE_PORT.name, 'nowhere'], ATTACHMENTS)).toEqual(['lower/unknown-attachment']);
  expect(found([BRIDGE_PORT.name, ROUTED_TAP.name], ATTACHMENTS)).toEqual([]);
});

test('two attachments with the same names in one table are an error', () => {
  const twin = { ...ROUTED_TAP, name: 'twin' };
  const attachments = new Map([...ATTACHMENTS, [twin.name, { attachment: twin, plugin: 'test' }]]);
  expect(found([ROUTED_TAP.name, twin.name], attachments)).toEqual(['lower/attachment-clash']);
});
