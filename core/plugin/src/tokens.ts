/** Typed tokens: what a plugin can register, and nothing else. */
import type { InjectionToken } from 'tsyringe';
import type { Attachment } from './attachment.ts';
import type { ForwardingMode } from './mode.ts';

export const FORWARDING_MODE: InjectionToken<ForwardingMode> = Symbol('weir:forwarding-mode');
export const ATTACHMENT: InjectionToken<Attachment> = Symbol('weir:attachment');
