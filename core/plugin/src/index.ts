/** The contract between Weir and its plugins. */
export * from './address.ts';
export * from './attachment.ts';
export * from './define-plugin.ts';
export * from './diagnostic.ts';
export * from './host-services.ts';
export * from './host-sysctls.ts';
export * from './mode.ts';
export * from './network-rule.ts';
export * from './network.ts';
export * from './served-network.ts';
export * from './settings.ts';
export * from './span.ts';
export * from './tokens.ts';
export * from './topology.ts';
export * from './uplink-check.ts';
