/** The public face of `@weir/cli`: the command as a function. */
export { EXIT, UsageError } from './exit-code.ts';
export type { ExitCode } from './exit-code.ts';
export type { Replacements } from './host/container.ts';
export type { Disk, PathKind } from './host/disk.ts';
export type { CliIo, Output } from './host/io.ts';
export { processIo } from './host/process-io.ts';
export type { HostRuntime } from './host/runtime.ts';
export type { CompileCounts, CompileResult } from './output/compile-report.ts';
export { run } from './run.ts';
export { VERSION } from './version.ts';
export { shippedCodes, type ListedCode } from './codes/shipped-codes.ts';
export { flowTravel, frameTravel } from './prove/witness-flow.ts';
