import { CommandError, findProgram, quote } from "../testing/command.ts";
import { inNamespace } from "./namespace.ts";

/** How often a server that starts is asked whether it is ready, and for how long. */
const POLL_MS = 50;
const MAX_POLLS = 1_200;

/** Characters of what a server says on standard error that are kept, to be quoted if it fails. */
const MAX_KEPT = 4_096;

/** How a server is started. */
export interface ServiceOptions {
  readonly argv: readonly string[];
  /** The network namespace it runs in; undefined: the one that the bench is in. */
  readonly namespace?: string | undefined;
  /** Where it may put temporary files. */
  readonly tmpdir: string;
}

/** A server process, from its start until it is disposed of. It does not outlive the bench. */
export class Service implements AsyncDisposable {
  /** What it writes to standard output. */
  readonly stdout: ReadableStream<Uint8Array>;
  readonly #child: Deno.ChildProcess;
  readonly #console: WritableStreamDefaultWriter<Uint8Array>;
  readonly #name: string;
  #said = "";
  #ended = false;

  constructor({ argv, namespace, tmpdir }: ServiceOptions) {
    const [name = "", ...rest] = argv;
    this.#name = name;
    // The kernel ends it with the bench, even when that is killed without a chance to clean up.
    const bound = ["setpriv", "--pdeathsig", "KILL", findProgram(name) ?? name, ...rest];
    const [program = "", ...args] = inNamespace(namespace, bound);
    this.#child = new Deno.Command(program, {
      args,
      env: { TMPDIR: tmpdir },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.stdout = this.#child.stdout;
    this.#console = this.#child.stdin.getWriter();
    this.#child.status.then(() => this.#ended = true);
    void this.#keepErrors();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Whether it has ended. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Types a line into its standard input. */
  async type(line: string): Promise<void> {
    await this.#console.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends it at once, as a crash would. */
  async crash(): Promise<void> {
    this.signal("SIGKILL");
    await this.#child.status;
  }

  /** Sends it a signal, unless it has ended. */
  signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  /**
   * Waits until it is ready.
   *
   * @param isReady Asks it; an error means no.
   * @throws {CommandError} If it ends instead, or takes too long.
   */
  async ready(isReady: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    for (let poll = 0; poll < MAX_POLLS; poll += 1) {
      signal.throwIfAborted();
      if (this.#ended) throw new CommandError(`${this.#name} ended: ${quote(this.#said)}`);
      if (await isReady().catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new CommandError(`${this.#name} does not get ready: ${quote(this.#said)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#console.abort().catch(() => {});
    await this.crash();
    if (!this.stdout.locked) await this.stdout.cancel();
  }

  async #keepErrors(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#said = (this.#said + text).slice(-MAX_KEPT);
    }
  }
}
