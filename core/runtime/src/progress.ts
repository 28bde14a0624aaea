/** Events of a run, for a progress display. They carry what the report will carry, only earlier. */
import type { Action } from './report.ts';

/** The parts of a run, in their order; `undo` only after a failure. */
export type Phase = 'check' | 'devices' | 'ruleset' | 'settings' | 'services' | 'retire' | 'undo';

/** An event. */
export type ProgressEvent =
  { readonly kind: 'phase'; readonly phase: Phase } | { readonly kind: 'action'; readonly action: Action };

/** Takes events; must not throw. */
export type Progress = (event: ProgressEvent) => void;
