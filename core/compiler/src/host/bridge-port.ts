/**
 * The attachment that comes with Weir, as a plugin like any other: a guest's port on a Linux bridge.
 *
 * Guaranteed: it passes the same checks, and stands in the registry in the same way, as a stranger's.
 */
import { ATTACHMENT, definePlugin, PLUGIN_API } from '@weir/plugin';
import { BRIDGE_PORT } from '../target/bridge-port.ts';

export const bridgePortPlugin = definePlugin({
  name: 'bridge-port',
  api: PLUGIN_API,
  requires: [],
  register: (container) => {
    container.register(ATTACHMENT, { useFactory: () => BRIDGE_PORT });
  },
});
