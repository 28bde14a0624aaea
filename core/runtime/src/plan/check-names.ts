/**
 * Which texts of a topology may reach a command line or a configuration file.
 * WHY: device names are what the kernel takes (dev_valid_name: 1–15 bytes, no `/`, `:` or blank, not `.` or `..`), less
 * what `ip -batch` would read as quote, comment or option.
 */
const DEVICE = /^[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]*$/;
const NETWORK = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Whether the text can be a network device's name. */
export function isDeviceName(text: string): boolean {
  return DEVICE.test(text) && Buffer.byteLength(text) <= 15 && text !== '.' && text !== '..' && !text.includes('%');
}

/** Whether the text can be a network's name: it becomes part of file names and of a bridge's alias. */
export function isNetworkName(text: string): boolean {
  return NETWORK.test(text) && text.length <= 128;
}
