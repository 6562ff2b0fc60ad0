import { freePorts } from "../free_ports.ts";
import type { Origin } from "../origin.ts";
import type { TestFile } from "../test_file.ts";
import { has, type Workbench } from "../workbench.ts";
import { Nginx } from "./nginx.ts";

const ADDRESS = "127.0.0.1";

/** Several nginx on free ports of the loopback interface, all with the same file. */
export class Mirrors implements Origin, AsyncDisposable {
  readonly file: TestFile;
  readonly #servers: readonly Nginx[];
  readonly #stack: AsyncDisposableStack;

  private constructor(file: TestFile, servers: readonly Nginx[], stack: AsyncDisposableStack) {
    this.file = file;
    this.#servers = servers;
    this.#stack = stack;
  }

  /** @returns Undefined where nginx is not installed. */
  static async start(
    file: TestFile,
    count: number,
    workbench: Workbench,
  ): Promise<Mirrors | undefined> {
    if (!has("nginx")) return undefined;
    await using stack = new AsyncDisposableStack();
    const servers: Nginx[] = [];
    for (const port of freePorts(count)) {
      servers.push(stack.use(await Nginx.start({ file, address: ADDRESS, port }, workbench)));
    }
    return new Mirrors(file, servers, stack.move());
  }

  get addresses(): string[] {
    return this.#servers.flatMap(({ addresses }) => addresses);
  }

  readonly pids = (): readonly number[] => this.#servers.flatMap(({ pids }) => pids());

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
