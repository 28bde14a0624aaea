/** Annotations: known names with the arguments they want. What they will cause later is refused rather than ignored. */
import type { Annotation, Value } from '@weir/grammar';
import { suggest } from '../diagnostics/suggest.ts';
import type { Environment } from './environment.ts';
import { annotation, notAvailable } from './findings.ts';
import { spanOf } from './report.ts';

const ARGUMENTS: Readonly<Record<string, readonly Value['kind'][]>> = {
  owner: ['text'],
  ticket: ['text'],
  expires: ['date'],
  staged: [],
};

export function checkAnnotations(annotations: readonly Annotation[], env: Environment): void {
  for (const node of annotations) {
    const span = spanOf(env.file, node);
    const { text } = node.name;
    const wanted = Object.hasOwn(ARGUMENTS, text) ? ARGUMENTS[text] : undefined;
    if (wanted === undefined) {
      const near = suggest(text, Object.keys(ARGUMENTS));
      const help =
        near === undefined ? 'known are `@owner`, `@ticket`, `@expires` and `@staged`' : `did you mean \`@${near}\`?`;
      env.world.report.add(annotation(span, { message: `unknown annotation \`@${text}\``, help }));
    } else if (node.args.length !== wanted.length || node.args.some((arg, i) => arg.kind !== wanted[i])) {
      const form = wanted.length === 0 ? `@${text}` : `@${text}(${wanted[0] === 'date' ? '2027-03-31' : '"…"'})`;
      env.world.report.add(
        annotation(span, { message: `\`@${text}\` has other arguments`, help: `write \`${form}\`` }),
      );
    } else if (text === 'staged') {
      env.world.report.add(notAvailable(span, { what: '`@staged`' }));
    }
  }
}
