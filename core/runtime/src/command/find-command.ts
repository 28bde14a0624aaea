/** Finds programs on the search path without running them. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { searchPath } from './runner.ts';

/** Where the program is, or undefined. */
export function findCommand(program: string): string | undefined {
  return searchPath()
    .map((directory) => join(directory, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
