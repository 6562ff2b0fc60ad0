import type { Link } from "./network.ts";
import type { Origin } from "./origin.ts";
import type { Service } from "./service.ts";
import type { TestFile } from "./test_file.ts";

/** A server behind a link. */
export interface LinkedServer extends Origin, AsyncDisposable {
  readonly service: Service;
}

/** Servers of one kind, one behind each link, that are there again after a crash. */
export class Fleet implements Origin, AsyncDisposable {
  readonly file: TestFile;
  readonly #links: readonly Link[];
  readonly #start: (link: Link) => Promise<LinkedServer>;
  readonly #servers: LinkedServer[] = [];

  /** @param start Starts the server behind a link; each time at the same address. */
  constructor(
    file: TestFile,
    links: readonly Link[],
    start: (link: Link) => Promise<LinkedServer>,
  ) {
    this.file = file;
    this.#links = links;
    this.#start = start;
  }

  /** Starts the servers that are not there. */
  async restore(): Promise<void> {
    for (const [at, link] of this.#links.entries()) {
      const server = this.#servers[at];
      if (server && !server.service.ended) continue;
      await server?.[Symbol.asyncDispose]();
      this.#servers[at] = await this.#start(link);
    }
  }

  /** The process of one of them. */
  service(at: number): Service | undefined {
    return this.#servers[at]?.service;
  }

  get addresses(): string[] {
    return this.#servers.flatMap(({ addresses }) => addresses);
  }

  readonly pids = (): readonly number[] => this.#servers.flatMap(({ pids }) => pids());

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await server[Symbol.asyncDispose]();
  }
}
