// The catalogue of frames that a guest may send: hostile and genuine, as functions of who is who. Every entry without a `fate` comes through a plain
// bridge as it was sent (catalogue.test.ts shows it on each kernel), so that a frame that does not come out was stopped by a filter.
import type { Actors } from './catalogue/actors.ts';
import type { CatalogueEntry } from './catalogue/entry.ts';
import { genuine } from './catalogue/genuine.ts';
import { hostile } from './catalogue/hostile.ts';

export type { Actors, Identity } from './catalogue/actors.ts';
export type { CatalogueEntry, Fate, Fault, Owed } from './catalogue/entry.ts';

/** All entries, hostile first; names and frames are unique. */
export const catalogue = (actors: Actors): readonly CatalogueEntry[] => [...hostile(actors), ...genuine(actors)];
