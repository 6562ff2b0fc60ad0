/**
 * Takes the place of `launch.ts` in a rehearsal: runs the script that lies beside it under the same
 * name, and writes down what V8 has compiled of it, into the folder that `REHEARSAL_CACHE` names:
 * when the program ends, and before every message of a worker, since it may be the last one. It
 * begins with what earlier rehearsals have written down, so that they add up.
 *
 * @module
 */

import { existsSync } from "node:fs";
import process from "node:process";
import { Script } from "node:vm";

/** In a worker it can send messages. */
declare const self: { postMessage: ((message: unknown) => void) | undefined };

const { filename = "", url, main } = import.meta;
const path = filename.replace(/\.ts$/, "");
const cache = `${Deno.env.get("REHEARSAL_CACHE")}/${path.split(/[/\\]/).at(-1)}.cache`;

const script = new Script(Deno.readTextFileSync(`${path}.script`), {
  filename: `${path}.script`,
  cachedData: existsSync(cache) ? Deno.readFileSync(cache) : undefined,
});
const { exit } = Deno;
Deno.exit = (code) => {
  record();
  return exit(code);
};
const { postMessage } = self;
self.postMessage = postMessage && ((message) => {
  record();
  postMessage(message);
});
script.runInThisContext()(process.getBuiltinModule, { url, main }, {});

/** As a whole or not at all: several workers have the same script, and each may end at any time. */
function record(): void {
  const draft = Deno.makeTempFileSync({ dir: Deno.env.get("REHEARSAL_CACHE") });
  Deno.writeFileSync(draft, script.createCachedData());
  Deno.renameSync(draft, cache);
}
