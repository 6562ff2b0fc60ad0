import { assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams/text-line-stream";
import { beforeDeadline } from "./deadline.ts";
import { checkJsonLine } from "./json_schema.ts";
import { Transcript } from "./transcript.ts";

/** The executables under test; `MULTIPORT_DIST` names a folder with others. */
const DIST = Deno.env.get("MULTIPORT_DIST") ?? new URL("../dist", import.meta.url).pathname;

/** Lines of a program's output that a failed test shows, and characters of each. */
const SHOWN_LINES = 20;
const SHOWN_COLUMNS = 300;

/** How a program is started, besides its arguments. */
export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<{ [name: string]: string }>;
  /** A command that takes the program's as its arguments and becomes it, such as `ip netns exec`. */
  readonly within?: readonly string[];
  /** Standard input: lines to be typed, or closed from the start. */
  readonly stdin?: "piped" | "null";
}

/** Where one of the two executables is. */
export function executable(name: "mpserver" | "mpclient"): string {
  return `${DIST}/${name}`;
}

/**
 * One of the two programs at work. What it says is kept, and can be awaited; at the end of its scope it
 * is killed if it is still there.
 *
 * @example
 * ```ts
 * await using client = new Program<ClientEvent>("mpclient", ["-p", "60000", "--json"]);
 * await client.event(({ type }) => type === "done");
 * await client.exits(0);
 * ```
 */
export class Program<Event extends { readonly type: string } = never> implements AsyncDisposable {
  /** Every line on standard output; with `--json`, {@linkcode events} has what they say. */
  readonly stdout = new Transcript<string>();
  readonly stderr = new Transcript<string>();
  readonly events = new Transcript<Event>();
  readonly #commandLine: string;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array> | undefined;
  readonly #ended: Promise<Deno.CommandStatus>;
  readonly #ignoring = new AbortController();
  #status: Deno.CommandStatus | undefined;

  constructor(
    name: "mpserver" | "mpclient",
    args: readonly string[],
    { within = [], stdin = "piped", ...rest }: ProgramOptions = {},
  ) {
    this.#commandLine = [name, ...args].join(" ");
    const [command = "", ...all] = [...within, executable(name), ...args];
    this.#child = new Deno.Command(command, {
      args: all,
      ...rest,
      stdin,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (stdin === "piped") this.#input = this.#child.stdin.getWriter();
    const isJson = args.includes("--json");
    const reading = [
      readLines(this.#child.stdout, this.#ignoring.signal, (line) => {
        this.stdout.add(line);
        if (!isJson) return;
        checkJsonLine(name, line);
        this.events.add(JSON.parse(line));
      }),
      readLines(this.#child.stderr, new AbortController().signal, (line) => this.stderr.add(line)),
    ];
    this.#ended = this.#end(reading);
    this.#ended.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Types a line into its console. */
  async type(line: string): Promise<void> {
    await this.#input?.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Types a line into its console, if it is still there. */
  async tryToType(line: string): Promise<void> {
    await this.type(line).catch(() => {});
  }

  /** Ends its standard input. */
  async closeInput(): Promise<void> {
    await this.#input?.close();
  }

  /** Closes the other end of its standard output. */
  stopReading(): void {
    this.#ignoring.abort();
  }

  /** Sends it a signal, unless it has ended. */
  kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended, be it only a moment ago.
    }
  }

  /**
   * The first event that fits, be it there already or yet to come.
   *
   * @param after Only what came after this event counts.
   */
  async event(fits: (event: Event) => boolean, after?: Event): Promise<Event> {
    return await this.#find(this.events, fits, after);
  }

  /** Like {@linkcode event}; undefined if the program ends without such an event. */
  async eventOrEnd(fits: (event: Event) => boolean, after?: Event): Promise<Event | undefined> {
    return await beforeDeadline(
      this.events.find(fits, after),
      () => `what fits ${fits}, or the end of ${this.#portrait()}`,
    );
  }

  /** Waits for a line on standard output. */
  async line(pattern: RegExp, after?: string): Promise<string> {
    return await this.#find(this.stdout, (line) => pattern.test(line), after);
  }

  /** Waits for its end, however it comes; the code is 128 and more after a signal. */
  async end(): Promise<Deno.CommandStatus> {
    return await beforeDeadline(this.#ended, () => `the end of ${this.#portrait()}`);
  }

  /** Waits for its end, which has to come with this exit code. */
  async exits(code: number): Promise<void> {
    const status = await this.end();
    assertEquals(status.code, code, `The exit code of ${this.#portrait()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.#input?.close().catch(() => {});
    await this.#ended;
  }

  async #find<Entry>(
    transcript: Transcript<Entry>,
    fits: (entry: Entry) => boolean,
    after: Entry | undefined,
  ): Promise<Entry> {
    const what = () => `what fits ${fits}, from ${this.#portrait()}`;
    const found = await beforeDeadline(transcript.find(fits, after), what);
    if (found === undefined) throw new Error(`There was never ${what()}`);
    return found;
  }

  async #end(reading: readonly Promise<void>[]): Promise<Deno.CommandStatus> {
    const [status] = await Promise.all([this.#child.status, ...reading]);
    this.#status = status;
    for (const transcript of [this.stdout, this.stderr, this.events]) transcript.close();
    return status;
  }

  #portrait(): string {
    const said = [...this.stdout.entries, ...this.stderr.entries].slice(-SHOWN_LINES)
      .map((line) => line.slice(0, SHOWN_COLUMNS));
    const state = this.#status === undefined ? "running" : `ended with ${this.#status.code}`;
    return `${this.#commandLine} (${state}), which said:\n${said.join("\n")}\n`;
  }
}

async function readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  stop: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const lines = new TextDecoderStream();
  const piping = stream.pipeTo(lines.writable, { signal: stop, preventAbort: true });
  // Where a line was not what it must be, the stream has failed already.
  piping.catch(() => lines.writable.close().catch(() => {}));
  for await (const line of lines.readable.pipeThrough(new TextLineStream())) onLine(line);
}
