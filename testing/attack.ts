import { beforeDeadline } from "./deadline.ts";

/** What a hostile client is to do. */
export interface Attack {
  /** Its chances follow from it. */
  readonly seed: number;
  /** The path of the file that is served. */
  readonly path: string;
  /** Connections to each server at a time. */
  readonly connections: number;
  readonly targets: readonly {
    /** `HOST:PORT`. */
    readonly address: string;
    /** Names of `BEHAVIOURS`; each connection has one of them. */
    readonly behaviours: readonly [string, ...string[]];
  }[];
}

const PROGRAM = new URL("attacker.ts", import.meta.url).pathname;

/**
 * The command that does it. An attacker brings its own processor: here it gets what nobody else wants, so
 * that nothing is withheld from its victims but by the server.
 */
export function attackCommand(attack: Attack): string[] {
  const alone = ["--no-check", "--no-lock", "--no-config"];
  const deno = [Deno.execPath(), "run", "--allow-net", ...alone];
  return ["nice", "-n", "19", ...deno, PROGRAM, JSON.stringify(attack)];
}

/** A hostile client at work, as a process of its own; at the end of its scope it is killed. */
export class Attacker implements AsyncDisposable {
  /** How often it has begun what, by its last word: at most a second ago, if it gets to say anything. */
  deeds: Readonly<Record<string, number>> = {};
  readonly #child: Deno.ChildProcess;
  readonly #begun = Promise.withResolvers<void>();
  readonly #reading: Promise<void>;

  private constructor(attack: Attack) {
    const [command = "", ...args] = attackCommand(attack);
    const piped = { stdin: "piped", stdout: "piped", stderr: "inherit" } as const;
    this.#child = new Deno.Command(command, { args, ...piped }).spawn();
    this.#reading = this.#read();
  }

  /** Starts it; resolves when it has a connection. */
  static async start(attack: Attack): Promise<Attacker> {
    const attacker = new Attacker(attack);
    try {
      await beforeDeadline(attacker.#begun.promise, () => "an attack that begins");
      return attacker;
    } catch (error) {
      await attacker[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended, which it should not; what it said of that is on standard error.
    }
    await this.#child.status;
    await this.#child.stdin.close().catch(() => {});
    await this.#reading;
  }

  async #read(): Promise<void> {
    let text = "";
    for await (const part of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + part).split("\n");
      text = lines.pop() ?? "";
      const last = lines.at(-1);
      if (last === undefined) continue;
      this.deeds = JSON.parse(last);
      this.#begun.resolve();
    }
    this.#begun.reject(new Error("The attacker has ended"));
  }
}
