// Bundles the notebook widget: one ES module and one style sheet, React and Yjs inside.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';

/** A widget sends its module with every instance, so its size is held. */
const LIMIT_BYTES = 250_000;

const development = process.argv.includes('--dev');
await esbuild.build({
  entryPoints: { widget: 'labextension/src/widget/index.tsx' },
  bundle: true,
  format: 'esm',
  target: 'es2022',
  outdir: 'vgd_kernel/notebook/static',
  minify: !development,
  jsx: 'automatic',
  legalComments: 'linked',
  define: { 'process.env.NODE_ENV': development ? '"development"' : '"production"' }
});
const size = gzipSync(await readFile('vgd_kernel/notebook/static/widget.js')).length;
console.log(`widget.js: ${(size / 1000).toFixed(0)} kB gzipped`);
if (!development && size > LIMIT_BYTES) {
  throw new Error(`widget.js is ${size} bytes gzipped; expected at most ${LIMIT_BYTES}.`);
}
