/**
 * Does an item begin here? Used only to guess where a missing `}` belongs.
 *
 * In: text and an offset at the first word of a line. Out: yes or no. Guaranteed: reads no further than one line.
 */
const ITEM_HEAD =
  /(?:export[ \t]+)?(?:import[ \t]*\{|(?:addresses|ports|macs|service)[ \t]+[\w-]+[ \t]*=|(?:network|guest)[ \t]+[\w-]+[ \t]*\{|host[ \t]*\{|(?:guard|filter)[ \t]+[\w-]+[ \t]*(?:\([^)\r\n]*\)?)?[ \t]*\{|(?:test|assert)[ \t]*")/y;

/** True when the text at `offset` reads like the head of an item (`filter web {`, `addresses a = …`). */
export function isItemHead(text: string, offset: number): boolean {
  ITEM_HEAD.lastIndex = offset;
  return ITEM_HEAD.test(text);
}
