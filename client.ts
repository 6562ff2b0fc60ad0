/**
 * `mpclient`: fetches one file from many servers at once, verified.
 *
 * @module
 */

import { runClient } from "./lib/cli/run_client.ts";

// Without a top-level await, which no script has: see tools/bundle.ts.
if (import.meta.main) runClient(Deno.args).then((code) => Deno.exit(code));
