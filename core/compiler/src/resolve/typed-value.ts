/** Values after their names are bound, by the types that parameters can have. */
import type { Operand, ValueRange } from '../policy/match.ts';
import type { Rate } from '../policy/rule.ts';

/** What addresses a value stands for, by family. A family that is absent is not meant at all. */
export interface AddressTerm {
  readonly type: 'addresses';
  /** Everything, of both families. */
  readonly any: boolean;
  /** `any` stands for addresses that only a port knows, while a definition is checked without one. */
  readonly standIn?: boolean;
  /** Everything of the families present but what the operands hold. */
  readonly negated: boolean;
  readonly ipv4?: readonly Operand[];
  readonly ipv6?: readonly Operand[];
}

export interface PortsValue {
  readonly type: 'ports';
  readonly ranges: readonly ValueRange[];
}
export interface MacsValue {
  readonly type: 'macs';
  readonly ranges: readonly ValueRange[];
}

/** One way to be a service: a protocol, and perhaps ports or ICMP types. */
export interface ServicePart {
  readonly protocol: number;
  readonly ports?: readonly ValueRange[];
  readonly sourcePorts?: readonly ValueRange[];
  readonly types?: readonly ValueRange[];
  readonly codes?: readonly ValueRange[];
}
export interface ServiceValue {
  readonly type: 'service';
  readonly parts: readonly ServicePart[];
}
export interface NumberTerm {
  readonly type: 'number';
  readonly value: bigint;
}
export interface TextTerm {
  readonly type: 'text';
  readonly value: string;
}
export interface DurationTerm {
  readonly type: 'duration';
  readonly seconds: bigint;
}

export interface RateTerm {
  readonly type: 'rate';
  readonly rate: Omit<Rate, 'burst'>;
}

export type TypedValue =
  AddressTerm | PortsValue | MacsValue | ServiceValue | NumberTerm | TextTerm | DurationTerm | RateTerm;

export const PARAM_TYPES = ['addresses', 'ports', 'service', 'macs', 'number', 'text', 'duration', 'rate'] as const;
export type ParamType = (typeof PARAM_TYPES)[number];
