/**
 * Every problem that plugins can have before anything is compiled, declared once.
 *
 * None has a place in a rule file: messages say which plugin, and where it came from.
 */
import { defineDiagnostic, type DiagnosticHead } from '@weir/plugin';

interface Named {
  /** The plugin's name, or where it came from when it has none. */
  readonly plugin: string;
}

export const notAPlugin = defineDiagnostic<{ source: string; why: string }>(
  { code: 'plugin/not-a-plugin', severity: 'error', title: 'a package whose default export is no plugin' },
  ({ source, why }) => ({
    message: `\`${source}\` is no plugin: ${why}`,
    help: "a plugin's default export is what `definePlugin` of @weir/plugin returns",
  }),
);

export const wrongApi = defineDiagnostic<Named & { api: number; supported: number }>(
  { code: 'plugin/api', severity: 'error', title: 'a plugin made for another version of the contract' },
  ({ plugin, api, supported }) => ({
    message: `plugin \`${plugin}\` is made for version ${api} of the plugin contract, and this is version ${supported}`,
    help: api > supported ? 'update Weir' : 'update the plugin',
  }),
);

export const duplicatePlugin = defineDiagnostic<Named & { sources: readonly string[] }>(
  { code: 'plugin/duplicate', severity: 'error', title: 'two plugins of one name' },
  ({ plugin, sources }) => ({
    message: `two plugins have the name \`${plugin}\``,
    help: `they come from ${sources.map((source) => `\`${source}\``).join(' and ')}: remove one`,
  }),
);

export const missingPlugin = defineDiagnostic<Named & { needs: string }>(
  { code: 'plugin/requires', severity: 'error', title: 'a plugin that needs one that is not there' },
  ({ plugin, needs }) => ({
    message: `plugin \`${plugin}\` needs the plugin \`${needs}\`, which is not there`,
    help: `add \`${needs}\` to the project's plugins`,
  }),
);

export const circularPlugins = defineDiagnostic<{ names: readonly string[] }>(
  { code: 'plugin/requires-circle', severity: 'error', title: 'plugins that need each other' },
  ({ names }) => ({
    message:
      names.length === 1
        ? `plugin \`${names.join('')}\` requires itself`
        : `the plugins ${names.map((name) => `\`${name}\``).join(', ')} require each other in a circle`,
    help: 'what they share belongs into a plugin that all of them require',
  }),
);

export const pluginThrew = defineDiagnostic<Named & { why: string }>(
  { code: 'plugin/failed', severity: 'error', title: 'a plugin that failed while it registered' },
  ({ plugin, why }) => ({ message: `plugin \`${plugin}\` failed while it registered: ${why}` }),
);

export const registersNothing = defineDiagnostic<Named>(
  { code: 'plugin/registers-nothing', severity: 'warning', title: 'a plugin that brings nothing' },
  ({ plugin }) => ({ message: `plugin \`${plugin}\` registers neither a mode nor an attachment` }),
);

export const malformed = defineDiagnostic<Named & { what: string; why: string }>(
  { code: 'plugin/malformed', severity: 'error', title: 'a mode or attachment that breaks the contract' },
  ({ plugin, what, why }) => ({ message: `${what} of plugin \`${plugin}\` cannot be used: ${why}` }),
);

export const duplicateName = defineDiagnostic<{ what: string; name: string; plugins: readonly string[] }>(
  { code: 'plugin/duplicate-name', severity: 'error', title: 'a mode or attachment registered twice' },
  ({ what, name, plugins }) => ({
    message: `the ${what} \`${name}\` is registered more than once`,
    help: `by ${plugins.map((plugin) => `\`${plugin}\``).join(' and ')}: remove one of them from the project's plugins`,
  }),
);

export const unknownAttachment = defineDiagnostic<Named & { mode: string; attachment: string; known: string }>(
  { code: 'plugin/unknown-attachment', severity: 'error', title: 'a mode that wants an attachment nobody brings' },
  ({ plugin, mode, attachment, known }) => ({
    message: `mode \`${mode}\` of plugin \`${plugin}\` wants the attachment \`${attachment}\`, which nothing registers`,
    help: `registered are: ${known}`,
  }),
);

export const attachmentClash = defineDiagnostic<{ what: string; attachments: readonly string[] }>(
  { code: 'plugin/attachment-clash', severity: 'error', title: 'attachments that share a name or a chain' },
  ({ what, attachments }) => ({
    message: `the attachments ${attachments.map((name) => `\`${name}\``).join(' and ')} share ${what}`,
    help: 'give them different prefixes',
  }),
);

/** Every diagnostic of the plugin host. */
export const hostDiagnostics: readonly DiagnosticHead[] = [
  notAPlugin,
  wrongApi,
  duplicatePlugin,
  missingPlugin,
  circularPlugins,
  pluginThrew,
  registersNothing,
  malformed,
  duplicateName,
  unknownAttachment,
  attachmentClash,
];
