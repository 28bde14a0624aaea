/** Whether the VLAN device of an uplink can have its name. */
import { defineDiagnostic, type Diagnostic, type Placed } from '@weir/plugin';

/** WHY: IFNAMSIZ is 16 with its closing NUL (include/uapi/linux/if.h). */
const LONGEST = 15;

/** A name that the kernel would refuse. */
export const tooLong = defineDiagnostic<{ device: string }>(
  { code: 'bridged/vlan-device-name', severity: 'error', title: 'a VLAN device with too long a name' },
  ({ device }) => ({
    message: `the VLAN device would be called \`${device}\`, and a device name has at most ${LONGEST} bytes`,
    help: 'give the uplink a shorter name, or make the VLAN device yourself and write it as `uplink` without `vlan`',
  }),
);

/** The VLAN device is called `<uplink>.<vlan>`. */
export function checkVlanName(uplink: string, vlan: Placed<number> | undefined): readonly Diagnostic[] {
  if (!vlan) return [];
  const device = `${uplink}.${vlan.value}`;
  return device.length <= LONGEST ? [] : [tooLong(vlan.span, { device })];
}
