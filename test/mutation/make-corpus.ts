// Makes the corpus once, without any mutant in the sources, for all processes to read. In: the name of the file.
import { writeFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import { madeCorpus } from './corpus.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('no file is named');
writeFileSync(file, serialize(madeCorpus()));
