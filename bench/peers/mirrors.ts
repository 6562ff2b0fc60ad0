import type { ServerCertificate } from "../../testing/certificates.ts";
import { freePorts } from "../free_ports.ts";
import type { Origin } from "../origin.ts";
import type { TestFile } from "../test_file.ts";
import { has, type Workbench } from "../workbench.ts";
import { Nginx } from "./nginx.ts";

const ADDRESS = "127.0.0.1";

/** Several nginx on free ports of the loopback interface, all with the same file. */
export class Mirrors implements Origin, AsyncDisposable {
  readonly file: TestFile;
  readonly scheme: "http" | "https";
  readonly #servers: readonly Nginx[];
  readonly #stack: AsyncDisposableStack;

  private constructor(
    file: TestFile,
    scheme: "http" | "https",
    servers: readonly Nginx[],
    stack: AsyncDisposableStack,
  ) {
    this.file = file;
    this.scheme = scheme;
    this.#servers = servers;
    this.#stack = stack;
  }

  /**
   * @param certificate There if they are to speak https.
   * @returns Undefined where nginx is not installed.
   */
  static async start(
    file: TestFile,
    count: number,
    workbench: Workbench,
    certificate?: ServerCertificate,
  ): Promise<Mirrors | undefined> {
    if (!has("nginx")) return undefined;
    await using stack = new AsyncDisposableStack();
    const servers: Nginx[] = [];
    for (const port of freePorts(count)) {
      servers.push(
        stack.use(await Nginx.start({ file, address: ADDRESS, port, certificate }, workbench)),
      );
    }
    const scheme = certificate === undefined ? "http" : "https";
    return new Mirrors(file, scheme, servers, stack.move());
  }

  get addresses(): string[] {
    return this.#servers.flatMap(({ addresses }) => addresses);
  }

  readonly pids = (): readonly number[] => this.#servers.flatMap(({ pids }) => pids());

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
