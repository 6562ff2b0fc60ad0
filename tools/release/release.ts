/**
 * `deno task release`: what people install, in `dist/release/`, for the system that it runs on: an
 * archive, its bill of materials, `SHA256SUMS`, and the scripts that install it.
 *
 * The same executables give the same archive, byte for byte: files are in order, belong to nobody, and
 * have the time of the last commit. Executables that are made again differ in V8's code caches, and in
 * the name of the folder that they were made in.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { CLIENT_MANUAL } from "../../lib/cli/client_manual.ts";
import { renderCompletions } from "../../lib/cli/completions.ts";
import { renderManPage } from "../../lib/cli/man_page.ts";
import type { Manual } from "../../lib/cli/manual.ts";
import { SERVER_MANUAL } from "../../lib/cli/server_manual.ts";
import { VERSION } from "../../lib/cli/version.ts";
import type { Embedded } from "../embedded.ts";
import { TARGETS } from "../targets.ts";
import { billOfMaterials } from "./bill_of_materials.ts";
import { thirdPartyNotices } from "./third_party.ts";

const MANUALS = [CLIENT_MANUAL, SERVER_MANUAL];
const RELEASE = "dist/release";

/** Files of this project that go into the archive as they are. */
const COPIED: Readonly<Record<string, string>> = {
  "dist/mpclient": "bin/mpclient",
  "dist/mpserver": "bin/mpserver",
  "packaging/mpserver.service": "share/multiport/mpserver.service",
  "packaging/mpserver.conf": "share/multiport/mpserver.conf",
  "LICENSE": "share/doc/multiport/LICENSE",
  "README.md": "share/doc/multiport/README.md",
  "CHANGELOG.md": "share/doc/multiport/CHANGELOG.md",
  "SECURITY.md": "share/doc/multiport/SECURITY.md",
};

if (import.meta.main) Deno.exit(await release());

/** @returns The exit code. */
async function release(): Promise<number> {
  if (Deno.build.os === "windows") {
    throw new Error("Cannot release on Windows: there is no tar and xz");
  }
  const embedded: Embedded = JSON.parse(await Deno.readTextFile("dist/embedded.json"));
  const seconds = await lastChange();
  const time = new Date(seconds * 1000).toISOString();
  const name = `multiport-${VERSION}-${Deno.build.target}`;
  const folder = join(RELEASE, name);
  await Deno.remove(RELEASE, { recursive: true }).catch(() => {});

  for (const [from, to] of Object.entries(COPIED)) {
    await Deno.mkdir(join(folder, dirname(to)), { recursive: true });
    await Deno.copyFile(from, join(folder, to));
  }
  for (const [path, text] of Object.entries(writtenFiles(time.slice(0, 10)))) {
    await write(join(folder, path), text);
  }
  const notices = await thirdPartyNotices(embedded);
  await write(join(folder, "share/doc/multiport/THIRD-PARTY"), notices);

  await archive(name, seconds);
  const files = globSync("**/*", { cwd: folder, withFileTypes: true }).filter((each) =>
    each.isFile()
  )
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1)).sort();
  const made = files.map((path) => ({ path, sha256: digestOf(join(folder, path)) }));
  const bill = billOfMaterials(VERSION, time, embedded, made);
  await write(join(RELEASE, `${name}.cdx.json`), JSON.stringify(bill, null, 2) + "\n");
  for (const script of ["install.sh", "install.ps1"]) {
    await Deno.copyFile(join("packaging", script), join(RELEASE, script));
  }
  await Deno.remove(folder, { recursive: true });

  const released = [...Deno.readDirSync(RELEASE)].map((entry) => entry.name).sort();
  const sums = released.map((file) => `${digestOf(join(RELEASE, file))}  ${file}\n`).join("");
  await write(join(RELEASE, "SHA256SUMS"), sums);
  console.error(`Made ${join(RELEASE, `${name}.tar.xz`)} with SHA256SUMS`);
  for (const target of TARGETS.filter((target) => target !== Deno.build.target)) {
    console.error(`Left out ${target}: each system makes its own, so that its code is warmed up`);
  }
  return 0;
}

/** What is made from the tables of options. */
function writtenFiles(date: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const manual of MANUALS) {
    const places = completionPlaces(manual);
    files[`share/man/man1/${manual.name}.1`] = renderManPage(manual, { version: VERSION, date });
    for (const [shell, path] of Object.entries(places)) {
      files[path] = renderCompletions(manual, shell);
    }
  }
  return files;
}

/** Where each shell looks for completions by itself; PowerShell does not. */
function completionPlaces({ name }: Manual): Record<string, string> {
  return {
    bash: `share/bash-completion/completions/${name}`,
    zsh: `share/zsh/site-functions/_${name}`,
    fish: `share/fish/vendor_completions.d/${name}.fish`,
    powershell: `share/multiport/${name}.ps1`,
  };
}

/** Seconds since 1970; `SOURCE_DATE_EPOCH` names others (reproducible-builds.org). */
async function lastChange(): Promise<number> {
  const chosen = Deno.env.get("SOURCE_DATE_EPOCH");
  return Number(chosen ?? await run("git", "log", "-1", "--format=%ct"));
}

async function archive(name: string, seconds: number): Promise<void> {
  const tar = `${name}.tar`;
  const sameForAll = ["--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX"];
  const order = ["--sort=name", `--mtime=@${seconds}`, "--format=ustar"];
  await run("tar", "-C", RELEASE, ...order, ...sameForAll, "-cf", join(RELEASE, tar), name);
  await run("xz", "--threads=1", join(RELEASE, tar));
}

async function run(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  throw new Error(`Cannot release: ${command} failed: ${decoder.decode(stderr).trim()}`);
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}

function digestOf(path: string): string {
  return createHash("sha256").update(Deno.readFileSync(path)).digest("hex");
}
