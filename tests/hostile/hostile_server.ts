import { createServer, type Server, type Socket } from "node:net";
import { HeadReader } from "../../testing/head_reader.ts";
import { freePlace } from "../../testing/loopback.ts";
import { ProxiedSocket } from "../../testing/proxied_socket.ts";
import { Random } from "../../testing/simulation/random.ts";
import type { Claim } from "./claim.ts";
import { CONTENT_LIES, type Lie, type Lies, truth } from "./content_lies.ts";
import { Exchange } from "./exchange.ts";
import type { Liar } from "./liar.ts";
import { EVENT_LIES, INFO_LIES, MANIFEST_LIES } from "./port_lies.ts";
import type { Tally } from "../soak/tally.ts";

/** A server that does its clients whatever harm it can, as it was drawn. */
export class HostileServer implements AsyncDisposable {
  readonly #liar: Liar;
  readonly #claim: Claim;
  readonly #random: Random;
  readonly #server: Server;
  readonly #host: string;
  readonly #port: number;
  readonly #sockets = new Set<ProxiedSocket>();
  readonly #running = new Set<Promise<void>>();
  /** How often it told which lie. */
  readonly #tally: Tally;
  /** Requests for content so far. */
  #asked = 0;

  private constructor(liar: Liar, claim: Claim, tally: Tally) {
    const { host, ports: [port = 0] } = freePlace(1);
    this.#liar = liar;
    this.#claim = claim;
    this.#tally = tally;
    this.#random = new Random(liar.seed);
    this.#host = host;
    this.#port = port;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  /** @param claim What it says it has. */
  static async start(liar: Liar, claim: Claim, tally: Tally): Promise<HostileServer> {
    const server = new HostileServer(liar, claim, tally);
    await server.#listen();
    return server;
  }

  /** As the client takes it: an address, or a URL. */
  get address(): string {
    const address = `${this.#host}:${this.#port}`;
    return this.#liar.kind === "port" ? address : `http://${address}/film.mp4`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.close();
    await Promise.all(this.#running);
    await closed;
  }

  #listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.#port, this.#host, resolve));
  }

  #accept(socket: Socket): void {
    const client = new ProxiedSocket(socket);
    this.#sockets.add(client);
    // The client has gone, or something was sent that ends the connection.
    const running = this.#serve(client).catch(() => {}).finally(() => {
      client.close();
      this.#sockets.delete(client);
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  async #serve(client: ProxiedSocket): Promise<void> {
    const requests = new HeadReader(() => client.read());
    for (;;) {
      const head = await requests.head();
      if (head === undefined) return;
      const exchange = new Exchange(head, client, this.#claim, this.#random);
      await this.#lieFor(exchange.target)(exchange);
    }
  }

  #lieFor(target: string): Lie {
    const { info, events, manifest, content, honestFor } = this.#liar;
    if (target.startsWith("/.multiport/info")) return this.#lie("info", INFO_LIES, info);
    if (target.startsWith("/.multiport/events")) return this.#lie("events", EVENT_LIES, events);
    if (target.endsWith(".meta4")) return this.#lie("manifest", MANIFEST_LIES, manifest);
    if (this.#asked++ < honestFor) return truth;
    return this.#lie("content", CONTENT_LIES, content);
  }

  #lie(purpose: string, lies: Lies, name: string): Lie {
    if (name !== "the truth") this.#tally.count(`${purpose}: ${name}`);
    return lies[name] ?? truth;
  }
}
