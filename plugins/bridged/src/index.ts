/** The plugin `bridged`: the forwarding mode of networks that are part of a physical segment. */
import { definePlugin, FORWARDING_MODE } from '@weir/plugin';
import { bridgedMode } from './mode.ts';

export { bridgedMode } from './mode.ts';

export default definePlugin({
  name: 'bridged',
  api: 1,
  requires: [],
  register: (container) => {
    container.register(FORWARDING_MODE, { useFactory: () => bridgedMode });
  },
});
