import { assertEquals } from "@std/assert";
import { findProgram } from "../../testing/command.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { Transcript } from "../../testing/transcript.ts";
import type { Peer } from "./peers.ts";

/** Characters of what a program said that are kept, for the message of a test that fails. */
const MAX_KEPT = 8_192;

/** How a peer's program is started. */
export interface PeerProcessOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a program ended. */
export interface PeerEnd {
  readonly code: number;
  /** The last that it said, on standard output and standard error. */
  readonly said: string;
}

/**
 * A peer's program at work. It is in a process group of its own: at the end of its scope whatever it
 * started ends with it, and when the tests are killed the kernel ends it.
 */
export class PeerProcess implements AsyncDisposable {
  readonly #commandLine: string;
  readonly #child: Deno.ChildProcess;
  readonly #ended: Promise<PeerEnd>;
  readonly #output = new Transcript<string>();
  #said = "";
  #hasEnded = false;

  constructor({ program }: Peer, args: readonly string[], { cwd, env = {} }: PeerProcessOptions) {
    this.#commandLine = [program, ...args].join(" ");
    const path = findProgram(program) ?? program;
    this.#child = new Deno.Command("setpriv", {
      args: ["--pdeathsig", "KILL", "setsid", path, ...args],
      cwd,
      // No settings of the person who runs the tests, no proxy, and messages in English.
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH") ?? "", HOME: cwd, LC_ALL: "C.UTF-8", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#ended = this.#end();
  }

  /** Whether it has ended. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The last that it has said so far. */
  get said(): string {
    return this.#said;
  }

  /** Waits until it has said something. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const chunk = await beforeDeadline(
      this.#output.find(() => pattern.test(this.#said)),
      () => `${pattern} from ${this.#portrait()}`,
    );
    const match = pattern.exec(this.#said);
    if (chunk === undefined || match === null) throw new Error(`It ended: ${this.#portrait()}`);
    return match;
  }

  /** Waits for its end, however it comes. */
  async end(): Promise<PeerEnd> {
    return await beforeDeadline(this.#ended, () => `the end of ${this.#portrait()}`);
  }

  /** Waits for its end, which has to be a good one. */
  async succeeds(): Promise<PeerEnd> {
    const end = await this.end();
    assertEquals(end.code, 0, `The exit code of ${this.#portrait()}`);
    return end;
  }

  /**
   * Asks again and again until it is ready: other people's servers do not tell when they are.
   *
   * @param isReady An error means no.
   * @throws {Error} If it ends instead, or takes too long.
   */
  async becomesReady(isReady: () => Promise<boolean>): Promise<void> {
    const ask = async () => {
      while (!this.#hasEnded) {
        if (await isReady().catch(() => false)) return true;
      }
      return false;
    };
    const ready = await beforeDeadline(ask(), () => `an answer of ${this.#portrait()}`);
    if (!ready) throw new Error(`It ended at once: ${this.#portrait()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      Deno.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // All of it has ended.
    }
    await this.#ended;
  }

  async #end(): Promise<PeerEnd> {
    const keep = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) {
        this.#said = (this.#said + text).slice(-MAX_KEPT);
        this.#output.add(text);
      }
    };
    const reading = [keep(this.#child.stdout), keep(this.#child.stderr)];
    const { code } = await this.#child.status;
    this.#hasEnded = true;
    await Promise.all(reading);
    this.#output.close();
    return { code, said: this.#said };
  }

  #portrait(): string {
    return `${this.#commandLine}, which said:\n${this.#said}`;
  }
}
