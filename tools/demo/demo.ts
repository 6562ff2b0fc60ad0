/**
 * `deno task demo [FILE [SECONDS]]`: both programs at work, for a first look.
 *
 * Four servers on free loopback ports send one file to one client. On the way Server2 is paused and
 * resumed, and Server1 is paused and terminated, all by lines typed into the server's own console.
 * At the end both files' SHA-256 are compared.
 *
 * A terminal with room for it is split: the server above or on the left, the client below or on the
 * right. Elsewhere only the client is shown, with what the operator does as lines in between.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { green, red } from "@std/fmt/colors";
import { denoHost } from "../../lib/cli/host/host.ts";
import { terminalTraits } from "../../lib/ui/terminal/terminal_traits.ts";
import { playInOneScreen } from "./one_screen.ts";
import { type Play, SERVERS } from "./play.ts";
import { playInSplitScreen } from "./split_screen.ts";
import { hasRoomForBoth } from "./split_layout.ts";

/** How long the transfer takes unless somebody says: long enough to watch, in seconds. */
const USUAL_SECONDS = 9;
/** Bytes per second; less could not be told from a server that hangs. */
const LEAST_RATE = 4096;

const USAGE = "Usage: deno task demo [FILE [SECONDS]]";

if (import.meta.main) Deno.exit(await demo(Deno.args));

/** @returns The exit code. */
async function demo([file = Deno.execPath(), duration]: readonly string[]): Promise<number> {
  const seconds = duration === undefined ? USUAL_SECONDS : Number(duration);
  if (!(seconds > 0)) {
    console.error(`demo: Cannot take ${duration} seconds. ${USAGE}`);
    return 2;
  }
  const { size, isFile } = await Deno.stat(file).catch(() => ({ size: 0, isFile: false }));
  if (!isFile) {
    console.error(`demo: Cannot send ${file}: it is not a file that can be read. ${USAGE}`);
    return 4;
  }
  const path = await Deno.realPath(file);
  const name = path.split(/[/\\]/).at(-1) ?? "file";
  const rate = Math.max(LEAST_RATE, Math.ceil(size / SERVERS / seconds));
  const play: Play = { file: path, name, size, rate, copy: `copy/${name}` };
  const folder = await Deno.makeTempDir({ prefix: "multiport-demo-" });
  const before = Deno.cwd();
  await Deno.mkdir(`${folder}/copy`);
  // So that names on the screen are as short as somebody would type them.
  Deno.chdir(folder);
  const traits = terminalTraits({
    terminal: denoHost.stdout.isTerminal(),
    color: !denoHost.noColor,
    windows: denoHost.windows,
    env: (name) => denoHost.env(name),
  });
  try {
    const code = traits.live && hasRoomForBoth(denoHost.size())
      ? await playInSplitScreen(play, traits)
      : await playInOneScreen(play);
    return code === 0 ? await compare(path, play.copy) : code;
  } finally {
    Deno.chdir(before);
    await Deno.remove(folder, { recursive: true });
  }
}

async function compare(file: string, copy: string): Promise<number> {
  const [original, received] = [await sha256(file), await sha256(copy)];
  const same = original === received;
  console.log(`
  SHA-256 of the original  ${original}
  SHA-256 of the copy      ${received}

${same ? green("The copy is identical.") : red("The copy differs: please report this.")}
`);
  return same ? 0 : 5;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1024 * 1024);
  for (let read = file.readSync(buffer); read !== null; read = file.readSync(buffer)) {
    hash.update(buffer.subarray(0, read));
  }
  return hash.digest("hex");
}
