/**
 * Settings schemas: what a plugin accepts inside `network { … }`, and the typed values it gets.
 *
 * In: a schema written with {@link defineSettings}. Out: its value type. Guaranteed: a plugin only sees values that
 * the compiler has checked against the schema; every value keeps its place in the file.
 */
import type { Span } from './span.ts';

export type Family = 'ipv4' | 'ipv6';

/** The types a setting can have. Addresses, prefixes and MACs arrive in canonical text. */
export type SettingType =
  /** `key` alone, `key on`, `key off` → boolean. */
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** One port or `low-high`, 1–65535 → {@link PortRange}. */
  | { readonly kind: 'port-range' }
  | { readonly kind: 'address'; readonly family?: Family }
  /** One address or `low-high` → {@link AddressRange}. */
  | { readonly kind: 'address-range'; readonly family?: Family }
  | { readonly kind: 'prefix'; readonly family?: Family }
  /** A host network device: 1–15 bytes, no `/`, blank, `*` or quote. */
  | { readonly kind: 'interface' }
  /** Seconds. */
  | { readonly kind: 'duration' }
  | { readonly kind: 'text' }
  /** `GUEST` or `GUEST.IFNAME` with a port in this network → {@link PortReference}. */
  | { readonly kind: 'guest' }
  /** The name of a declared network → string. */
  | { readonly kind: 'network' }
  | { readonly kind: 'block'; readonly settings: SettingsSchema }
  /** `key`, `key on`, `key { … }` → the block's values (all absent without one); `key off` → false. */
  | { readonly kind: 'switch-block'; readonly settings: SettingsSchema };

export interface SettingSchema {
  readonly type: SettingType;
  /** One line for the editor and the reference. */
  readonly doc: string;
  /** What holds when the setting is absent, as a file would write it or in a few words. For people: the value stays
   *  undefined and the plugin applies it. */
  readonly default?: string;
  readonly required?: boolean;
  /** `values`: `key a, b`. `entries`: the key may stand several times (and each time with several values). */
  readonly repeat?: 'values' | 'entries';
}

export type SettingsSchema = Readonly<Record<string, SettingSchema>>;

export interface PortRange {
  readonly low: number;
  readonly high: number;
}
export interface AddressRange {
  readonly family: Family;
  readonly low: string;
  readonly high: string;
}
export interface AddressSetting {
  readonly family: Family;
  readonly address: string;
}
export interface PrefixSetting {
  readonly family: Family;
  /** Network address, canonical. */
  readonly address: string;
  readonly length: number;
}
/** A guest's port as a setting names it. */
export interface PortReference {
  readonly guest: string;
  readonly ifname: string;
  readonly addresses: readonly AddressSetting[];
}

/** A checked value and its place. */
export interface Placed<T> {
  readonly value: T;
  readonly span: Span;
}

type Scalar<T extends SettingType> = T extends { kind: 'flag' }
  ? boolean
  : T extends { kind: 'choice'; of: readonly (infer C)[] }
    ? C
    : T extends { kind: 'integer' | 'duration' }
      ? number
      : T extends { kind: 'port-range' }
        ? PortRange
        : T extends { kind: 'address' }
          ? AddressSetting
          : T extends { kind: 'address-range' }
            ? AddressRange
            : T extends { kind: 'prefix' }
              ? PrefixSetting
              : T extends { kind: 'guest' }
                ? PortReference
                : T extends { kind: 'block'; settings: infer B extends SettingsSchema }
                  ? SettingsOf<B>
                  : T extends { kind: 'switch-block'; settings: infer B extends SettingsSchema }
                    ? SettingsOf<B> | false
                    : string;

type Entry<S extends SettingSchema> = S extends { repeat: 'values' | 'entries' }
  ? readonly Placed<Scalar<S['type']>>[]
  : S extends { required: true }
    ? Placed<Scalar<S['type']>>
    : Placed<Scalar<S['type']>> | undefined;

/** The values of a schema: repeated settings are lists (empty when absent), optional ones may be undefined. */
export type SettingsOf<S extends SettingsSchema> = { readonly [K in keyof S]: Entry<S[K]> };

/** Keeps the literal types of a schema. */
export function defineSettings<const S extends SettingsSchema>(schema: S): S {
  return schema;
}
