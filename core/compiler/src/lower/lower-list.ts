/** A decision list in a chain: rules in order, blocks in their place, the default at the end. */
import { jump } from '@weir/nftables-json';
import type { PolicyNode } from '../policy/rule.ts';
import type { ChainDraft } from './draft.ts';
import { defaultRules, lowerRule } from './lower-rule.ts';
import type { Spot, Stage } from './stage.ts';

/** Appends the stage's whole list to a chain. Nothing runs off its end. */
export function lowerList(chain: ChainDraft, stage: Stage): void {
  lowerNodes(stage.list.nodes, chain, stage, { isNested: false, leaves: 'stage' });
  for (const statements of defaultRules(stage, false)) chain.add(statements, stage.list.default.origin);
}

function lowerNodes(nodes: readonly PolicyNode[], chain: ChainDraft, stage: Stage, spot: Spot): void {
  for (const node of nodes) {
    if (node.kind === 'rule') lowerRule(node, chain, stage, spot);
    else if (!returns(node.nodes)) lowerNodes(node.nodes, chain, stage, spot);
    else {
      const block = stage.way.draft.openNext(`${stage.stem}-use`);
      chain.add([jump(block.name)], node.origin);
      lowerNodes(node.nodes, block, stage, { isNested: true, leaves: 'block' });
    }
  }
}

/** True when a `return` would leave the list itself. */
function returns(nodes: readonly PolicyNode[]): boolean {
  return nodes.some((node) => node.kind === 'rule' && node.verdict.kind === 'return');
}
