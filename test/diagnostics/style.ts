/** What every message must keep to. */
import type { Diagnostic } from '@weir/plugin';

/** What the style guide of messages asks. */
export function faultsOf({ message, help, labels = [], span }: Diagnostic): readonly string[] {
  const lines = [message, ...labels.map(({ text }) => text), ...(help === undefined ? [] : [help])];
  return [
    ...(span === undefined ? ['has no place'] : []),
    ...lines.flatMap((line) => [
      ...(line.includes('\n') ? [`has several lines: ${line}`] : []),
      ...(line.endsWith('.') ? [`ends in a period: ${line}`] : []),
      ...(/^[A-Z](?![A-Z])/.test(line) ? [`begins in upper case: ${line}`] : []),
      ...(/undefined|\[object|NaN/.test(line) ? [`shows a hole: ${line}`] : []),
    ]),
  ];
}
