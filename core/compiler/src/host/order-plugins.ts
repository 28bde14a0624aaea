/**
 * The order in which plugins register: whoever is required comes first, else by name.
 *
 * In: plugins by name, all requirements present. Out: the order, and every circle of requirements. Guaranteed: the order
 * of the input does not show; plugins in a circle are in no order.
 */
import type { Plugin } from '@weir/plugin';

export interface PluginOrder {
  readonly ordered: readonly Plugin[];
  /** Names along each circle, starting with the first in code units. */
  readonly circles: readonly (readonly string[])[];
}

/** Orders the plugins. Requirements that are not there are passed over. */
export function orderPlugins(plugins: readonly Plugin[]): PluginOrder {
  const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  const ordered: Plugin[] = [];
  const circles: (readonly string[])[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const plugin = byName.get(name);
    if (!plugin || done.has(name)) return;
    if (path.includes(name)) {
      circles.push(path.slice(path.indexOf(name)));
      return;
    }
    for (const needed of plugin.requires.toSorted()) visit(needed, [...path, name]);
    if (done.has(name)) return;
    done.add(name);
    ordered.push(plugin);
  };
  for (const name of [...byName.keys()].toSorted()) visit(name, []);
  const stuck = new Set(circles.flat());
  return { ordered: ordered.filter(({ name }) => !stuck.has(name)), circles };
}
