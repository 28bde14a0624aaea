/**
 * What a plugin registers, without a container.
 *
 * In: a plugin. Out: modes and attachments, and findings about anything else that `register` did. Guaranteed: no
 * exception of the plugin escapes; nothing global is touched.
 */
import type { DependencyContainer } from 'tsyringe';
import type { Attachment } from '../attachment.ts';
import type { Plugin } from '../define-plugin.ts';
import type { ForwardingMode } from '../mode.ts';
import { ATTACHMENT, FORWARDING_MODE } from '../tokens.ts';
import { findingsAt, type Finding } from './finding.ts';

export interface Recorded {
  readonly modes: readonly ForwardingMode[];
  readonly attachments: readonly Attachment[];
  readonly findings: readonly Finding[];
}

interface Provider {
  readonly useFactory?: (container: DependencyContainer) => unknown;
  readonly useValue?: unknown;
}

/** Calls `register` with a container that only records. */
export function recordRegistrations(plugin: Plugin): Recorded {
  const found = findingsAt(`plugin ${plugin.name}`);
  const findings: Finding[] = [];
  const made: { readonly token: unknown; readonly provider: Provider }[] = [];
  const container = recordingContainer(made, (name) =>
    findings.push(found('registers-only', `register() uses \`${name}\` of the container; it may only register`)),
  );
  try {
    plugin.register(container);
  } catch (error) {
    findings.push(found('registers-only', `register() throws: ${reason(error)}`));
  }
  const products = made.map(({ token, provider }) => ({ token, product: produce(provider, container) }));
  const of = (token: unknown): readonly unknown[] =>
    products.filter((entry) => entry.token === token).map((e) => e.product);
  if (products.some(({ token }) => token !== FORWARDING_MODE && token !== ATTACHMENT)) {
    findings.push(found('registers-only', 'registers something under a token that the contract does not have'));
  }
  if (products.length === 0) findings.push(found('registers-something', 'registers neither a mode nor an attachment'));
  return {
    modes: of(FORWARDING_MODE) as readonly ForwardingMode[],
    attachments: of(ATTACHMENT) as readonly Attachment[],
    findings,
  };
}

function recordingContainer(
  made: { readonly token: unknown; readonly provider: Provider }[],
  refuse: (name: string) => void,
): DependencyContainer {
  const container: object = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === 'register')
          return (token: unknown, provider: Provider) => (made.push({ token, provider }), container);
        return () => (refuse(String(name)), container);
      },
    },
  );
  return container as DependencyContainer;
}

function produce(provider: Provider, container: DependencyContainer): unknown {
  return provider.useFactory ? provider.useFactory(container) : provider.useValue;
}

/** The message of whatever was thrown. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
