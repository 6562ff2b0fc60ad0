import { assert } from "@std/assert";
import { isHere, PEERS, versionOf } from "./peers.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("every peer is installed before the tests run, and is in the documentation's table", async () => {
  const installing = await Deno.readTextFile(new URL(".ci/run", ROOT));
  const table = await Deno.readTextFile(new URL("docs/interop.md", ROOT));
  const packages = new Set(installing.split(/[\s()]+/));
  for (const { name, package: from } of PEERS) {
    const source = "debian" in from ? from.debian : from.npm;
    assert(packages.has(source), `.ci/run does not install ${source}`);
    assert(new RegExp(`^\\| ${name} +\\|`, "m").test(table), `${name} is not in docs/interop.md`);
  }
});

Deno.test("every installed peer says its version", async () => {
  for (const peer of PEERS.filter(isHere)) {
    assert(/^\d+\.\d+/.test(await versionOf(peer)), `${peer.name} does not`);
  }
});
