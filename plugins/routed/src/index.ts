/** The plugin `routed`: the forwarding mode of networks whose guests keep their own addresses outside. */
import { definePlugin, FORWARDING_MODE } from '@weir/plugin';
import { routedMode } from './mode.ts';

export { routedMode } from './mode.ts';

export default definePlugin({
  name: 'routed',
  api: 1,
  requires: [],
  register: (container) => {
    container.register(FORWARDING_MODE, { useFactory: () => routedMode });
  },
});
