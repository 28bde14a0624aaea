/** The codes that no compiled example can show. */

/** Areas whose problems compiling does not find: a run of tests, a comparison, a linter, plugins, the project around them, the host, and faults of Weir. */
export const NOT_IN_FILES = /^(analysis|diff|emit|lint|target|plugin|project|prove|runtime|test)\//;

/** Codes that no rule file of a page can show, and why. A unit test beside the check produces each. */
export const WITHOUT_EXAMPLE: ReadonlyMap<string, string> = new Map([
  ['sources/unreadable-file', 'needs a file that vanishes'],
  ['resolve/no-date', 'the examples have a day'],
  ['resolve/uses-too-deep', 'the example would fill the page'],
  ['resolve/uses-too-many', 'the example would fill the page'],
  ['claim/broken-guarantee', 'needs a broken plugin'],
  ['inventory/plugin-failed', 'needs a broken plugin'],
  ['inventory/undeclared-hook', 'needs a broken plugin'],
  ['inventory/ignored-in-package', 'needs an installed package'],
  ['inventory/subnet-unwanted', 'needs a mode that does not come with Weir'],
  ['inventory/no-default-network', 'needs a project without the rule package'],
  ['lower/too-many-alternatives', 'the example would fill the page'],
  ['lower/too-deep', 'the example would fill the page'],
  ['lower/no-connection-state', 'every target that comes with Weir knows connections'],
  ['lower/unknown-attachment', 'the plugin host finds it first'],
  ['lower/attachment-clash', 'the plugin host finds it first'],
  ['lower/unsafe-text', 'reading the value finds it first'],
  ['nat/service-without-subnet', 'the mode needs a subnet'],
  ['routed/service-without-subnet', 'the mode needs a subnet'],
  ['bridged/uplink-twice', 'the setting has one value'],
]);
