/** The plugin `nat`: the forwarding mode of networks whose guests share the host's addresses. */
import { definePlugin, FORWARDING_MODE, hostServiceDiagnostics, uplinkDiagnostics } from '@weir/plugin';
import { natDiagnostics } from './checks.ts';
import { natMode } from './mode.ts';

export { natMode } from './mode.ts';

export default definePlugin({
  name: 'nat',
  api: 1,
  requires: [],
  diagnostics: [...natDiagnostics, ...hostServiceDiagnostics('nat'), ...uplinkDiagnostics('nat')],
  register: (container) => {
    container.register(FORWARDING_MODE, { useFactory: () => natMode });
  },
});
