import { assertEquals } from "@std/assert";
import { Scratch } from "../../testing/scratch.ts";
import { billOfMaterials } from "../../tools/release/bill_of_materials.ts";

const EMBEDDED = {
  deno: "2.7.14",
  v8: "14.7",
  packages: [
    { name: "@std/fmt/colors", from: "stand-in" as const },
    { name: "@std/cli", version: "1.0.0", from: "jsr" as const },
    { name: "saxes", version: "6.0.0", from: "npm" as const, integrity: "sha512-AAEC/w==" },
  ],
};

Deno.test("billOfMaterials() names the runtime, each package with its digest, and each file", async () => {
  await using scratch = await Scratch.make();
  await Deno.writeTextFile(scratch.path("file"), "abc");
  const files = [{ path: "file" }];
  const bill = JSON.parse(
    JSON.stringify(
      billOfMaterials({
        version: "1.2.3",
        time: "2026-01-01T00:00:00.000Z",
        embedded: EMBEDDED,
        denort: { name: "denort", sha256: "ff00" },
        files,
        folder: scratch.folder,
      }),
    ),
  );
  assertEquals([bill.bomFormat, bill.specVersion], ["CycloneDX", "1.6"]);
  const [file] = bill.metadata.component.components;
  const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assertEquals([file.name, file.hashes[0].content], ["file", digest]);
  const components = bill.components.map((
    each: { purl: string; hashes?: object[] },
  ) => [each.purl, each.hashes]);
  assertEquals(components, [
    ["pkg:github/denoland/deno@v2.7.14", [{ alg: "SHA-256", content: "ff00" }]],
    ["pkg:generic/v8@14.7", undefined],
    ["pkg:jsr/%40std/cli@1.0.0", []],
    ["pkg:npm/saxes@6.0.0", [{ alg: "SHA-512", content: "000102ff" }]],
  ]);
});
