/** The plugin `routed`: the forwarding mode of networks whose guests keep their own addresses outside. */
import { definePlugin, FORWARDING_MODE, hostServiceDiagnostics, uplinkDiagnostics } from '@weir/plugin';
import { routedDiagnostics, routedMode } from './mode.ts';

export { routedMode } from './mode.ts';

export default definePlugin({
  name: 'routed',
  api: 1,
  requires: [],
  diagnostics: [...routedDiagnostics, ...hostServiceDiagnostics('routed'), ...uplinkDiagnostics('routed')],
  register: (container) => {
    container.register(FORWARDING_MODE, { useFactory: () => routedMode });
  },
});
