import { scenario } from "../soak/scenario.ts";
import { playTransfer } from "../soak/transfer.ts";
import { together } from "../../testing/together.ts";

/** Seeds of scenarios that have a bit of everything; `deno task soak` plays others. */
const SEEDS = [1006, 1013, 1028];

Deno.test("mpclient ends right under random faults", async () => {
  await together(SEEDS, async (seed) => {
    await playTransfer(scenario(seed));
  });
});
