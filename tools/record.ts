/**
 * `deno task record`: the pictures of the terminals and of the page in the README, from real runs of
 * both programs.
 *
 * An operator pauses and resumes one server and terminates another while a client downloads from all
 * of them. What both terminals show is kept four times a second, as an SVG that plays by itself.
 *
 * @module
 */

import xterm, { type Terminal } from "@xterm/headless";
import { takePicture } from "./picture.ts";
import { type Frame, frameOf, renderSvg } from "./terminal_svg.ts";

const OUTPUT = "docs/recording.svg";
const COLUMNS = 92;
const SERVER_ROWS = 12;
const CLIENT_ROWS = 12;
const FRAME_MS = 250;
/** Bytes of the file that is sent, and bytes per second of each server. */
const SIZE = 96 * 2 ** 20;
const RATE = 3 * 2 ** 20;
const PORTS = "60000-60003";

/** What the operator types, and after how many milliseconds. */
const ACTS = [
  { at: 3_000, line: "2" },
  { at: 5_500, line: "r2" },
  { at: 7_500, line: "1" },
  { at: 8_500, line: "e1" },
] as const;
/** How long the end of the download is looked at: the server's figures follow within a second. */
const REST_MS = 1_500;
/** How long it takes at most; it ends sooner, when the download does. */
const MAX_MS = 30_000;

const dist = new URL("../dist/", import.meta.url).pathname;

async function record(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "multiport-recording-" });
  try {
    await writeNoise(`${folder}/film.iso`, SIZE);
    const serve = ["mpserver", "-f", "film.iso", "-p", PORTS, "--limit-rate", `${RATE}`];
    const fetch = ["mpclient", "-o", "copy.iso", "-p", PORTS];
    await takePicture("film.iso", folder);
    await using server = new Pane(serve, SERVER_ROWS, folder, serve.slice(0, 5));
    await server.says(/q quits/);
    await using client = new Pane(fetch, CLIENT_ROWS, folder, fetch);
    const frames = await film(server, client);
    const label =
      "A server's terminal above a client's: one server is paused and resumed, another " +
      "terminated, and the download ends verified.";
    await Deno.writeTextFile(OUTPUT, renderSvg(frames, FRAME_MS, label));
    console.log(`${OUTPUT}: ${frames.length} frames`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function film(server: Pane, client: Pane): Promise<Frame[]> {
  const frames: Frame[] = [];
  const acts = [...ACTS];
  let rest = REST_MS;
  for (let ms = 0; ms < MAX_MS && rest > 0; ms += FRAME_MS) {
    if (client.ended) rest -= FRAME_MS;
    const [act] = acts;
    if (act !== undefined && ms >= act.at) {
      await server.type(`${act.line}\r`);
      acts.shift();
    }
    await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
    frames.push([...server.frame, [], ...client.frame]);
  }
  return frames;
}

/** One of the two programs in a terminal of its own. */
class Pane implements AsyncDisposable {
  readonly #terminal: Terminal;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  #text = "";
  ended = false;

  /** @param shown The command as somebody would have typed it. */
  constructor(
    [program = "", ...args]: readonly string[],
    rows: number,
    cwd: string,
    shown: readonly string[],
  ) {
    this.#terminal = new xterm.Terminal({ cols: COLUMNS, rows, allowProposedApi: true });
    this.#terminal.write(`$ ${shown.join(" ")}\r\n`);
    const command = [dist + program, ...args].join(" ");
    this.#child = new Deno.Command("script", {
      args: ["-qfec", `stty cols ${COLUMNS} rows ${rows}; ${command}`, "/dev/null"],
      env: { TERM: "xterm-256color", LANG: "C.UTF-8", LC_ALL: "" },
      cwd,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  get frame(): Frame {
    return frameOf(this.#terminal);
  }

  async type(keys: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(keys));
  }

  /** Waits until the program has written something. */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#text) && !this.ended) {
      await new Promise((resolve) => setTimeout(resolve, FRAME_MS / 5));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    await this.#input.close().catch(() => {});
    await this.#reading;
    await this.#child.status;
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#text += text;
      await new Promise<void>((resolve) => this.#terminal.write(text, resolve));
    }
    this.ended = true;
  }
}

/** Content that nothing can shorten. */
async function writeNoise(path: string, size: number): Promise<void> {
  using file = await Deno.open(path, { create: true, write: true });
  const block = new Uint8Array(65_536);
  for (let written = 0; written < size; written += block.length) {
    crypto.getRandomValues(block);
    await file.write(block);
  }
}

if (import.meta.main) await record();
