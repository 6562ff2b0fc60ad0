/**
 * Takes the place of `launch.ts` in a rehearsal: runs the script that lies beside it under the same
 * name, and keeps on writing down what V8 has compiled of it, into the folder that `REHEARSAL_CACHE`
 * names.
 *
 * @module
 */

import process from "node:process";
import { Script } from "node:vm";

/** Milliseconds between two times: workers are ended from outside, without a last word. */
const INTERVAL_MS = 25;

const { filename = "", url, main } = import.meta;
const path = filename.replace(/\.ts$/, "");
const cache = `${Deno.env.get("REHEARSAL_CACHE")}/${path.split(/[/\\]/).at(-1)}.cache`;

const script = new Script(Deno.readTextFileSync(`${path}.script`), {
  filename: `${path}.script`,
});
setInterval(record, INTERVAL_MS);
const { exit } = Deno;
Deno.exit = (code) => {
  record();
  return exit(code);
};
script.runInThisContext()(process.getBuiltinModule, { url, main }, {});

/** As a whole or not at all: several workers have the same script, and each may end at any time. */
function record(): void {
  const draft = Deno.makeTempFileSync({ dir: Deno.env.get("REHEARSAL_CACHE") });
  Deno.writeFileSync(draft, script.createCachedData());
  Deno.renameSync(draft, cache);
}
