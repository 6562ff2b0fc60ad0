/**
 * `mpserver`: serves copies of one file on many ports.
 *
 * @module
 */

import { runServer } from "./lib/cli/run_server.ts";

// Without a top-level await, which no script has: see tools/bundle.ts.
if (import.meta.main) runServer(Deno.args).then((code) => Deno.exit(code));
