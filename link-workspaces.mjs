// Links every package of this repository into node_modules, so that a build works after a pull that added one, without a new `npm ci`.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const { workspaces } = JSON.parse(readFileSync('package.json', 'utf8'));
const folders = workspaces.flatMap((one) =>
  one.endsWith('/*') ? readdirSync(one.slice(0, -2)).map((name) => join(one.slice(0, -2), name)) : [one],
);
for (const folder of folders) {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) continue;
  const link = join('node_modules', JSON.parse(readFileSync(manifest, 'utf8')).name);
  if (existsSync(link)) continue;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), folder), link, 'dir');
}
