#!/usr/bin/env node
// The `weir` command. Everything is in ../dist; this file only finds it and says so when it is not there.
import process from 'node:process';
import { existsSync } from 'node:fs';

const entry = new URL('../dist/index.js', import.meta.url);
if (existsSync(entry)) {
  const { processIo, run } = await import(entry.href);
  process.exitCode = await run(process.argv.slice(2), processIo());
} else {
  process.stderr.write('weir: not built yet\n  help: run `npm run build` at the top of the repository\n');
  process.exitCode = 3;
}
