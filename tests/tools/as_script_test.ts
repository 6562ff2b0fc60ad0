import { assert, assertEquals, assertThrows } from "@std/assert";
import process from "node:process";
import { Script } from "node:vm";
import { asScript } from "../../tools/as_script.ts";

/** As Deno 2.7.14 and 2.9.6 write it, shortened. */
const BUNDLE = `"use strict";
var __commonJS = (cb, mod) => function __require() {
  return mod || (0, cb[0])((mod = { exports: {} }).exports, mod), mod.exports;
};
var import_node_path = require("node:path");
var import_meta, Handle;
var init_handle = () => {
  import_meta = {};
  Handle = new URL("./fetch_worker.ts", import_meta.url).href;
};
init_handle();
var import_meta2 = {};
module.exports = [import_meta2.main, Handle, import_node_path.join("é", "a")];
`;

Deno.test("asScript() hands in what only a module has", () => {
  const run = new Script(asScript(BUNDLE)).runInThisContext();
  const module: { exports: unknown } = { exports: undefined };
  run(process.getBuiltinModule, { url: "file:///x/client.ts", main: true }, module);
  assertEquals(module.exports, [true, "file:///x/fetch_worker.ts", "é/a"]);
});

Deno.test("asScript() writes plain ASCII", () => {
  assert(/^[\n -~]*$/.test(asScript(`x = "é 語 😀";`)));
});

/** What a newer bundler might write instead. */
const OTHERS = {
  "import.meta itself": `console.log(import.meta.url);`,
  "import.meta with something in it":
    `var import_meta = { url: "" }; console.log(import_meta.url);`,
  "import.meta as null":
    `var import_meta = {}; var import_meta2 = Object.create(null); use(import_meta2);`,
  "a package that is left outside": `var x = require("npm:saxes");`,
  "a module that is left outside": `var x = require("./other.js");`,
};

for (const [what, bundle] of Object.entries(OTHERS)) {
  Deno.test(`asScript() refuses a bundle with ${what}`, () => {
    assertThrows(() => asScript(bundle), Error, "bundles in another way than is known");
  });
}
