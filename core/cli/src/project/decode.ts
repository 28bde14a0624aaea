/**
 * Bytes of a rule file to text.
 *
 * In: bytes. Out: text without a byte order mark, and where the bytes stop being UTF-8. Guaranteed: text always comes
 * back, with U+FFFD where nothing fitted, so that later passes can go on.
 */

/** The text, and the first place that is not UTF-8 if there is one. */
export interface Decoded {
  readonly text: string;
  /** `byte` counts from 0 in the file; `offset` is the UTF-16 offset into `text`. */
  readonly invalid?: { readonly byte: number; readonly offset: number };
}

const STRICT = new TextDecoder('utf-8', { fatal: true });
const LENIENT = new TextDecoder('utf-8');
const MARK = [0xef, 0xbb, 0xbf];

/** Decodes UTF-8; a leading byte order mark is dropped. */
export function decodeText(bytes: Uint8Array): Decoded {
  try {
    return { text: STRICT.decode(bytes) };
  } catch {
    const text = LENIENT.decode(bytes);
    return { text, invalid: firstInvalid(bytes, text) };
  }
}

/** Everything before the first bad byte decodes to what it was, so offsets in text and bytes can be walked together. */
function firstInvalid(bytes: Uint8Array, text: string): { readonly byte: number; readonly offset: number } {
  let byte = MARK.every((part, at) => bytes[at] === part) ? MARK.length : 0;
  let offset = 0;
  for (;;) {
    const next = text.indexOf('\ufffd', offset);
    if (next === -1) return { byte, offset };
    byte += Buffer.byteLength(text.slice(offset, next));
    // WHY: U+FFFD written by the file itself is the bytes EF BF BD; anything else was put there by the decoder.
    if (!(bytes[byte] === 0xef && bytes[byte + 1] === 0xbf && bytes[byte + 2] === 0xbd)) return { byte, offset: next };
    byte += 3;
    offset = next + 1;
  }
}
