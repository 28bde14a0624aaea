/** `@weir/plugin/testing`: the contract kit and what plugins' own tests need. */
export { contractFindings, contractTest, type ContractOptions } from './contract.ts';
export { decidingRule, holds, inBlock, type Bridges, type NetworkPacket } from './evaluate-rules.ts';
export type { Finding } from './finding.ts';
export {
  absentSettings,
  placed,
  SAMPLE_IPV4,
  SAMPLE_IPV6,
  SAMPLE_SPAN,
  sampleNetwork,
  samplePorts,
  type NetworkCase,
  type SampleSettings,
} from './sample-networks.ts';
