/**
 * Compiles rule files in memory through the compiler's public interface, with the shipped plugins and rule package.
 *
 * In: texts by file name, or a directory of a case. Out: documents or none, and every diagnostic. Guaranteed: the disk
 * is read for the case and the rule package only; equal texts give equal results wherever they came from.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import {
  compile,
  DEFAULT_TARGET,
  type Documents,
  findTarget,
  gatherSources,
  hasErrors,
  loadPlugins,
  type Registry,
  renderDiagnostics,
  type SourceReader,
  STANDARD_RULES,
  type Target,
} from '@weir/compiler';
import type { Diagnostic } from '@weir/plugin';
import bridged from '@weir/plugin-bridged';
import isolated from '@weir/plugin-isolated';
import nat from '@weir/plugin-nat';
import routed from '@weir/plugin-routed';

/** Rule files by the name that diagnostics show. */
export type Texts = ReadonlyMap<string, string>;

/** What a compilation came to. */
export interface Outcome {
  /** Undefined when anything was wrong. */
  readonly documents: Documents | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The diagnostics as an operator reads them. */
  readonly report: string;
}

const RULES_DIRECTORY = dirname(createRequire(import.meta.url).resolve('@weir/rules/package.json'));
const RULES = JSON.parse(readFileSync(join(RULES_DIRECTORY, 'package.json'), 'utf8')) as {
  readonly weir: { readonly rules: Readonly<Record<string, string>> };
};

/** The files of the rule package by what imports say: `@weir/rules`, `@weir/rules/libvirt`, …. */
export const RULE_FILES: ReadonlyMap<string, string> = new Map(
  Object.entries(RULES.weir.rules).map(([part, file]) => [
    posix.join(STANDARD_RULES, part),
    posix.join(STANDARD_RULES, file),
  ]),
);

/** Texts of the rule package's files. */
export const RULE_TEXTS: Texts = new Map(
  [...RULE_FILES.values()].map((id) => [
    id,
    readFileSync(join(RULES_DIRECTORY, id.slice(STANDARD_RULES.length)), 'utf8'),
  ]),
);

/** The four modes. Throws when they cannot be loaded: no test has a meaning then. */
export function shippedRegistry(): Registry {
  const { value, diagnostics } = loadPlugins([nat, routed, isolated, bridged]);
  if (diagnostics.length > 0) throw new Error(`the plugins do not load: ${JSON.stringify(diagnostics)}`);
  return value;
}

const REGISTRY = shippedRegistry();

/** Reads the given texts and the rule package; an import is a path between them. */
export function readerOf(texts: Texts): SourceReader {
  const read = (id: string): string | undefined => RULE_TEXTS.get(id) ?? texts.get(id);
  return {
    read,
    resolveImport(specifier, from) {
      if (!specifier.startsWith('.')) return RULE_FILES.get(specifier);
      const id = posix.normalize(posix.join(posix.dirname(from), specifier));
      return RULE_TEXTS.has(id) || texts.has(id) ? id : undefined;
    },
  };
}

/** The day of every case. */
const TODAY = '2027-01-01';

/** Compiles `texts`, or only those named in `entries` with what they import. */
export function compileTexts(texts: Texts, target: Target, entries: readonly string[] = [...texts.keys()]): Outcome {
  const sources = gatherSources(entries, readerOf(texts));
  const compiled = compile({ ...sources.value, date: TODAY }, REGISTRY, target);
  const diagnostics = withoutRepeats([...sources.diagnostics, ...compiled.diagnostics]);
  const shown = new Map([...texts, ...RULE_TEXTS]);
  return {
    documents: hasErrors(diagnostics) ? undefined : compiled.value,
    diagnostics,
    report: renderDiagnostics(diagnostics, { texts: shown, format: 'text', colour: false, version: '0.0.0' }),
  };
}

/** Compiles one text for a named target. */
export function compileText(text: string, target: string = DEFAULT_TARGET): Outcome {
  return compileTexts(new Map([['input.weir', text]]), targetNamed(target));
}

/** As the command does: the same words about the same place are said once. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, message, span }) => {
    const before = seen.size;
    return seen.add(JSON.stringify([code, message, span])).size > before;
  });
}

/** A named target. Throws when there is none. */
export function targetNamed(name: string): Target {
  const target = findTarget(name);
  if (target === undefined) throw new Error(`no target is named ${JSON.stringify(name)}`);
  return target;
}

/** One directory under `test/cases`. */
export interface Case {
  /** `area/behaviour`. */
  readonly name: string;
  readonly directory: string;
  readonly texts: Texts;
  readonly target: Target;
  /** True when it is about what is wrong with the input. */
  readonly isRefused: boolean;
}

/** The directory of all cases. */
export const CASES_DIRECTORY = join(import.meta.dirname, '../cases');

/** Every case, by name. */
export function readCases(directory: string = CASES_DIRECTORY): readonly Case[] {
  return directories(directory).flatMap((area) =>
    directories(join(directory, area)).map((behaviour) =>
      readCase(join(directory, area, behaviour), `${area}/${behaviour}`),
    ),
  );
}

function directories(parent: string): readonly string[] {
  const entries = readdirSync(parent, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

function readCase(directory: string, name: string): Case {
  const files = readdirSync(directory).toSorted();
  const weir = files.filter((file) => file.endsWith('.weir'));
  const targetName = files.includes('target.txt')
    ? readFileSync(join(directory, 'target.txt'), 'utf8').trim()
    : DEFAULT_TARGET;
  return {
    name,
    directory,
    texts: new Map(weir.map((file) => [file, readFileSync(join(directory, file), 'utf8')])),
    target: targetNamed(targetName),
    isRefused: name.startsWith('refused/'),
  };
}

/** Compiles a case. */
export function compileCase({ texts, target }: Case): Outcome {
  return compileTexts(texts, target);
}
