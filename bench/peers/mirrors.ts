import type { ServerCertificate } from "../../testing/certificates.ts";
import { freePorts } from "../free_ports.ts";
import type { Origin } from "../origin.ts";
import type { TestFile } from "../test_file.ts";
import { has, type Workbench } from "../workbench.ts";
import { Nginx } from "./nginx.ts";

/** All of 127.0.0.0/8 is the loopback interface. */
export function mirrorAddress(at: number): string {
  return `127.0.0.${at + 1}`;
}

/**
 * Several nginx, all with the same file, each at an address of its own: downloaders limit how many
 * connections a host gets, and would use one mirror of several at the same address.
 */
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
    for (const [at, port] of freePorts(count).entries()) {
      const options = { file, address: mirrorAddress(at), port, certificate };
      servers.push(stack.use(await Nginx.start(options, workbench)));
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
