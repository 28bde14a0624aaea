import { expect, test } from 'vitest';
import { fc } from '@fast-check/vitest';
import { decodeText } from './decode.ts';

test('a byte order mark is dropped, line ends are kept', () => {
  expect(decodeText(Buffer.from('\ufeffa\r\nb'))).toEqual({ text: 'a\r\nb' });
});

test('the first byte that does not fit is named, also after a genuine replacement character', () => {
  const bytes = Buffer.concat([Buffer.from('é\ufffdx'), Buffer.from([0xff]), Buffer.from('y')]);
  expect(decodeText(bytes)).toEqual({ text: 'é\ufffdx\ufffdy', invalid: { byte: 6, offset: 3 } });
});

test('a byte order mark counts among the bytes', () => {
  expect(decodeText(Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xc3]))).toEqual({
    text: 'a\ufffd',
    invalid: { byte: 4, offset: 1 },
  });
});

test('every text comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!text.startsWith('\ufeff'));
      expect(decodeText(Buffer.from(text))).toEqual({ text });
    }),
  );
});

test('all bytes before the named one are good UTF-8', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
      const { invalid } = decodeText(bytes);
      const good = bytes.subarray(0, invalid?.byte ?? bytes.length);
      expect(() => new TextDecoder('utf-8', { fatal: true }).decode(good)).not.toThrow();
    }),
  );
});
