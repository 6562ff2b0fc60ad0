import { existsSync } from "node:fs";
import { DEADLINE_MS } from "../../testing/deadline.ts";
import { FakeTerminal } from "../ui/fake_terminal.ts";

const DIST = new URL("../../dist/", import.meta.url).pathname;

/** Whether programs can be run in a pseudo-terminal here: util-linux and the executables are there. */
export const HAS_PTY = Deno.build.os === "linux" && existsSync(`${DIST}mpserver`) &&
  isUtilLinux();

/** One of the two programs in a pseudo-terminal, and what would be seen there. */
export class Pty implements AsyncDisposable {
  readonly terminal = new FakeTerminal(80, 24);
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<string>;

  /** @param report A named pipe, to which the exit code is written by somebody who outlives the terminal. */
  constructor(program: "mpserver" | "mpclient", args: readonly string[], report?: string) {
    const words = [DIST + program, ...args].map((word) => `'${word}'`).join(" ");
    const command = report === undefined ? words : `trap : HUP; ${words}; echo $? >'${report}'`;
    this.#child = new Deno.Command("script", {
      args: ["-qfec", command, "/dev/null"],
      env: { TERM: "xterm-256color", LANG: "C.UTF-8", LC_ALL: "", NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      signal: AbortSignal.timeout(DEADLINE_MS),
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  async type(keys: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(keys));
  }

  /** Lets the program go on until the screen is as it should be. */
  async until(isSo: (lines: readonly string[]) => boolean): Promise<void> {
    while (!isSo(this.terminal.lines)) {
      if (!await this.#readMore()) {
        throw new Error(`The program ended with:\n${this.terminal.lines.join("\n")}`);
      }
    }
  }

  /** Lets the program draw so many more times. */
  async frames(count: number): Promise<void> {
    const end = this.terminal.writes.length + count;
    await this.until(() => this.terminal.writes.length >= end);
  }

  /** Lets the program run to its end; resolves to its exit code. */
  async end(): Promise<number> {
    while (await this.#readMore());
    return (await this.#child.status).code;
  }

  /** Closes the terminal under the program. */
  hangUp(): void {
    this.#child.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    while (await this.#readMore());
    await this.#child.status;
  }

  async #readMore(): Promise<boolean> {
    const { done, value } = await this.#output.read();
    if (value !== undefined) this.terminal.write(value);
    return !done;
  }
}

function isUtilLinux(): boolean {
  try {
    const { stdout } = new Deno.Command("script", { args: ["--version"] }).outputSync();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch {
    return false;
  }
}
