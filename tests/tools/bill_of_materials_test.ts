import { assertEquals } from "@std/assert";
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

Deno.test("billOfMaterials() names the runtime, each package with its digest, and each file", () => {
  const files = [{ path: "bin/mpclient", sha256: "ab" }];
  const bill = JSON.parse(
    JSON.stringify(billOfMaterials("1.2.3", "2026-01-01T00:00:00.000Z", EMBEDDED, files)),
  );
  assertEquals([bill.bomFormat, bill.specVersion], ["CycloneDX", "1.6"]);
  const [file] = bill.metadata.component.components;
  assertEquals([file.name, file.hashes[0].content], ["bin/mpclient", "ab"]);
  const components = bill.components.map((
    each: { purl: string; hashes?: object[] },
  ) => [each.purl, each.hashes]);
  assertEquals(components, [
    ["pkg:github/denoland/deno@v2.7.14", undefined],
    ["pkg:generic/v8@14.7", undefined],
    ["pkg:jsr/%40std/cli@1.0.0", []],
    ["pkg:npm/saxes@6.0.0", [{ alg: "SHA-512", content: "000102ff" }]],
  ]);
});
