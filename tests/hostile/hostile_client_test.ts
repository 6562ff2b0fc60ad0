import { playHostileClient } from "./hostile_serving.ts";

/** `deno task soak --hostile-clients` plays others. */
const SEEDS = [1, 2];

const ignore = Deno.build.os !== "linux" || !hasIpv6();
const suffix = ignore ? " (ignored: needs Linux and IPv6)" : "";

for (const seed of SEEDS) {
  Deno.test({
    name: `mpserver serves an honest client beside a hostile one, seed ${seed}${suffix}`,
    ignore,
    fn: async () => {
      await playHostileClient(seed);
    },
  });
}

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}
