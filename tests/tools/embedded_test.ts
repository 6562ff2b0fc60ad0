import { assertEquals } from "@std/assert";
import { packagesIn } from "../../tools/embedded.ts";

const LOCK = {
  npm: { "saxes@6.0.0": { integrity: "sha512-a" }, "xmlchars@2.2.0": { integrity: "sha512-b" } },
};

const NPM_PACKAGES = {
  "saxes@6.0.0": { dependencies: ["xmlchars@2.2.0"] },
  "xmlchars@2.2.0": { dependencies: [] },
  "fast-check@4.10.2": { dependencies: ["pure-rand@8.4.2"] },
};

function packages(...specifiers: string[]) {
  const modules = specifiers.map((specifier) => ({ specifier }));
  return packagesIn({ modules, npmPackages: NPM_PACKAGES }, LOCK);
}

Deno.test("packagesIn() names packages of npm with what they depend on, and no others", () => {
  assertEquals(packages("file:///x/client.ts", "npm:/saxes@6.0.0"), [
    { name: "saxes", version: "6.0.0", from: "npm", integrity: "sha512-a" },
    { name: "xmlchars", version: "2.2.0", from: "npm", integrity: "sha512-b" },
  ]);
});

Deno.test("packagesIn() names packages of JSR, and stand-ins for them", () => {
  const jsr = packages("https://jsr.io/@std/fmt/1.0.8/colors.ts");
  assertEquals(jsr, [{ name: "@std/fmt", version: "1.0.8", from: "jsr", integrity: undefined }]);
  const standIn = packages("file:///x/tools/std_adapters/colors.ts");
  assertEquals(standIn, [{ name: "@std/fmt/colors", from: "stand-in" }]);
});
