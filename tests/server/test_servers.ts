import type { ServeOptions } from "../../lib/server/serve_options.ts";
import type { ServeEvent } from "../../lib/server/server_event.ts";
import type { Servers } from "../../lib/server/servers.ts";
import { serve, serveIn } from "../../lib/server/serve.ts";
import type { WorkerFactory } from "../../lib/server/supervisor.ts";
import { RawClient } from "./port/raw_client.ts";

/** Servers in their workers, and everything that they have told. */
export class TestServers implements AsyncDisposable {
  readonly events: ServeEvent[] = [];
  #serving: Servers | undefined;
  #news = Promise.withResolvers<void>();

  static async start(
    options: Partial<ServeOptions> & { files: readonly string[] },
    workers?: WorkerFactory,
  ): Promise<TestServers> {
    const servers = new TestServers();
    const defaults = { ports: [0, 0], bind: "127.0.0.1", allow: ["127.0.0.1"], once: false };
    const onEvent = (event: ServeEvent) => {
      servers.events.push(event);
      servers.#news.resolve();
    };
    const all = { ...defaults, onEvent, ...options };
    servers.#serving = await (workers ? serveIn(workers, all) : serve(all));
    return servers;
  }

  get serving(): Servers {
    return this.#serving as Servers;
  }

  /** The port of a server; 1 for Server1. */
  port(index: number): number {
    return Number(this.serving.all[index - 1]?.address.split(":").at(-1));
  }

  url(index: number, path: string): string {
    return `http://${this.serving.all[index - 1]?.address}${path}`;
  }

  connect(index: number): Promise<RawClient> {
    return RawClient.connect(this.port(index));
  }

  /** Waits until something that fits was told, also before this call. */
  async told(fits: (event: ServeEvent) => boolean): Promise<ServeEvent> {
    for (;;) {
      const found = this.events.find(fits);
      if (found !== undefined) return found;
      this.#news = Promise.withResolvers();
      await this.#news.promise;
    }
  }

  /** Waits until a server was in a state. */
  toldState(index: number, state: string): Promise<ServeEvent> {
    return this.told((event) =>
      event.type === "server" && event.index === index && event.state === state
    );
  }

  /** Waits until the digests of all files are there. */
  async hashed(files = 1): Promise<void> {
    const isDone = (event: ServeEvent) => event.type === "manifest" && event.done === event.size;
    await this.told(() => this.events.filter(isDone).length >= files);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.serving.close();
  }
}
