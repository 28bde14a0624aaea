/** The plugin `isolated`: the forwarding mode of networks that nothing routed enters or leaves. */
import { definePlugin, FORWARDING_MODE, hostServiceDiagnostics } from '@weir/plugin';
import { isolatedMode } from './mode.ts';

export { isolatedMode } from './mode.ts';

export default definePlugin({
  name: 'isolated',
  api: 1,
  requires: [],
  diagnostics: hostServiceDiagnostics('isolated'),
  register: (container) => {
    container.register(FORWARDING_MODE, { useFactory: () => isolatedMode });
  },
});
