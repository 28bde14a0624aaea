/** Diagnostics of the project around the rule files: its config file, its files on disk, its plugins and packages. */
import { defineDiagnostic } from '@weir/plugin';

function suggestion(near: string | undefined): { readonly help?: string } {
  return near === undefined ? {} : { help: `did you mean \`${near}\`?` };
}

/** The project file cannot be read as what it should be. */
export const badConfig = defineDiagnostic<{ what: string }>(
  { code: 'project/bad-config', severity: 'error', title: 'a project file that cannot be read' },
  ({ what }) => ({ message: what }),
);

/** A key that means nothing. */
export const unknownKey = defineDiagnostic<{ key: string; near?: string; known: readonly string[] }>(
  { code: 'project/unknown-key', severity: 'error', title: 'a key of the project file that means nothing' },
  ({ key, near, known }) => ({
    message: `unknown key \`${key}\``,
    help:
      near === undefined ? `known keys: ${known.map((name) => `\`${name}\``).join(', ')}` : `did you mean \`${near}\`?`,
  }),
);

/** A target that is not in the table. */
export const unknownTarget = defineDiagnostic<{ name: string; near?: string }>(
  { code: 'project/unknown-target', severity: 'error', title: 'a target that is not in the table' },
  ({ name, near }) => ({
    message: `unknown target \`${name}\``,
    help: '`weir targets` lists them',
    ...suggestion(near),
  }),
);

/** A rule file that is there but cannot be read. */
export const unreadableFile = defineDiagnostic<{ why: string }>(
  { code: 'project/unreadable-file', severity: 'error', title: 'a file on disk that cannot be read' },
  ({ why }) => ({ message: `the file cannot be read: ${why}` }),
);

/** A directory that is there but cannot be listed. */
export const unreadableDirectory = defineDiagnostic<{ path: string; why: string }>(
  { code: 'project/unreadable-directory', severity: 'error', title: 'a directory that cannot be listed' },
  ({ path, why }) => ({ message: `the directory \`${path}\` cannot be read: ${why}` }),
);

/** Bytes that are not UTF-8. */
export const notUtf8 = defineDiagnostic<{ byte: number }>(
  { code: 'project/not-utf8', severity: 'error', title: 'a rule file that is not UTF-8 text' },
  ({ byte }) => ({
    message: `the file is not UTF-8 text: byte ${byte} does not fit`,
    help: 'save the file in the encoding UTF-8',
  }),
);

/** A plugin package that is not installed. */
export const pluginNotFound = defineDiagnostic<{ name: string }>(
  { code: 'project/plugin-not-found', severity: 'error', title: 'a plugin that is not installed' },
  ({ name }) => ({
    message: `cannot find the plugin \`${name}\``,
    help: name.startsWith('.')
      ? 'paths are relative to the project file'
      : `install it in the project, e.g. \`npm install ${name}\``,
  }),
);

/** A plugin whose module cannot be loaded. */
export const pluginBroken = defineDiagnostic<{ name: string; why: string }>(
  { code: 'project/plugin-broken', severity: 'error', title: 'a plugin whose module does not load' },
  ({ name, why }) => ({ message: `the plugin \`${name}\` cannot be loaded: ${why}` }),
);

/** A module that loads but is no plugin. */
export const notAPlugin = defineDiagnostic<{ name: string }>(
  { code: 'project/not-a-plugin', severity: 'error', title: 'a module that is no plugin' },
  ({ name }) => ({
    message: `\`${name}\` is not a Weir plugin`,
    help: 'its default export must be the result of `definePlugin({ … })`',
  }),
);

/** Every diagnostic declared here. */
export const projectDiagnostics = [
  badConfig,
  unknownKey,
  unknownTarget,
  unreadableFile,
  unreadableDirectory,
  notUtf8,
  pluginNotFound,
  pluginBroken,
  notAPlugin,
] as const;
