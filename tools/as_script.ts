/** How Deno's bundler, esbuild, puts what a CommonJS file does not have: `import.meta`. */
const EMPTY_META = /\b(import_meta\d*) = \{\}/g;
const META = /\bimport_meta\d*\b/g;

/** The modules that come in through `require`. */
const REQUIRED = /(?<![\w.$])require\(([^)]*)\)/g;
const BUILT_IN = /^"node:[\w/]+"$/;

/**
 * Makes a function's text of a bundle, so that what only a module has by itself comes in as
 * parameters: `require`, `importMeta` and `module`. In plain ASCII, as V8 keeps a text with any other
 * character in twice the space.
 *
 * @param commonJs What `deno bundle --format cjs` wrote.
 * @throws {Error} If it is not written as expected, as by a newer Deno: what is made of it would fail
 * only when it runs, and perhaps not at once.
 *
 * @example
 * ```ts
 * asScript("var import_meta = {};\nconsole.log(import_meta.url);");
 * // (function (require, importMeta, module) {"use strict";
 * // var import_meta = importMeta;
 * // console.log(import_meta.url);
 * // })
 * ```
 */
export function asScript(commonJs: string): string {
  const replaced = new Set<string>();
  const script = commonJs.replace(EMPTY_META, (_, name: string) => {
    replaced.add(name);
    return `${name} = importMeta`;
  });
  for (const [name] of script.matchAll(META)) {
    if (!replaced.has(name)) unexpected(`${name} is not an empty object at first`);
  }
  if (/(?<![\w."'`])import\.meta\b/.test(script)) unexpected("import.meta is left in it");
  for (const [call, specifier = ""] of script.matchAll(REQUIRED)) {
    if (specifier !== "" && !BUILT_IN.test(specifier)) unexpected(`it calls ${call}`);
  }
  const ascii = script.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `(function (require, importMeta, module) {"use strict";\n${ascii}\n})`;
}

function unexpected(what: string): never {
  throw new Error(
    `Cannot compile: Deno ${Deno.version.deno} bundles in another way than is known (${what}). ` +
      "Build with `npx --yes deno@2.7.14` instead.",
  );
}
