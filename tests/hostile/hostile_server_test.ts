import { together } from "../../testing/together.ts";
import { playHostileDownload } from "./hostile_download.ts";
import { hostileScenario } from "./hostile_scenario.ts";

/**
 * Seeds of scenarios that have a bit of everything; `deno task soak --hostile-servers` plays others.
 * The last two are answers in hundreds of thousands of chunks, which took too much memory once.
 */
const SEEDS = [1, 2, 3, 4, 406, 425];

Deno.test({
  name: "mpclient ends right whatever hostile servers do",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    together(SEEDS, async (seed) => {
      await playHostileDownload(hostileScenario(seed));
    }),
});
