import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { askDeno } from "../child_deno.ts";
import type { Embedded } from "../embedded.ts";

const INFO_TIMEOUT_MS = 30_000;

/** Notices of what is in the executables besides this project: names, versions and licences. */
export async function thirdPartyNotices(embedded: Embedded): Promise<string> {
  const { stdout } = await askDeno(["info", "--json"], INFO_TIMEOUT_MS);
  const { npmCache } = JSON.parse(stdout);
  const notices = [
    `Deno ${embedded.deno}: MIT, https://github.com/denoland/deno/blob/v${embedded.deno}/LICENSE.md`,
    `V8 ${embedded.v8}: BSD-3-Clause, https://github.com/v8/v8/blob/main/LICENSE`,
    ...embedded.packages.filter(({ from }) => from === "jsr")
      .map(({ name, version }) => `${name} ${version}: MIT, https://jsr.io/${name}`),
    ...embedded.packages.filter(({ from }) => from === "npm")
      .map(({ name, version = "" }) => npmNotice(name, version, npmCache)),
  ];
  return "The executables of Multiport have these parts in them.\n\n" + notices.join("\n\n") + "\n";
}

function npmNotice(name: string, version: string, npmCache: string): string {
  const folder = join(npmCache, "registry.npmjs.org", name, version);
  const where = `https://www.npmjs.com/package/${name}/v/${version}`;
  if (!existsSync(folder)) return `${name} ${version}: ${where}`;
  const { license } = JSON.parse(Deno.readTextFileSync(join(folder, "package.json")));
  const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each));
  const text = file === undefined ? "" : `\n\n${Deno.readTextFileSync(join(folder, file)).trim()}`;
  return `${name} ${version}: ${license}, ${where}${text}`;
}
