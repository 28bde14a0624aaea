/** The plugin `bridged`: the forwarding mode of networks that are part of a physical segment. */
import { definePlugin, FORWARDING_MODE, uplinkDiagnostics } from '@weir/plugin';
import { hostAddressDiagnostics } from './host-address.ts';
import { bridgedMode } from './mode.ts';
import { tooLong } from './vlan-name.ts';

export { bridgedMode } from './mode.ts';

export default definePlugin({
  name: 'bridged',
  api: 1,
  requires: [],
  diagnostics: [...hostAddressDiagnostics, tooLong, ...uplinkDiagnostics('bridged')],
  register: (container) => {
    container.register(FORWARDING_MODE, { useFactory: () => bridgedMode });
  },
});
