import type { ServerEvent, ServerState } from "../lib/ui/server/server_event.ts";
import { beforeDeadline } from "./deadline.ts";
import { freePlace, type Place } from "./loopback.ts";
import { Program, type ProgramOptions } from "./program.ts";

/** What tests want of `mpserver` besides the file. */
export interface ServerOptions extends ProgramOptions {
  /** How many servers; or where exactly they shall be. */
  readonly at?: number | Place;
  /** Bytes per second and server. */
  readonly rate?: number;
  /** Options that are passed on as they are. */
  readonly more?: readonly string[];
}

/** A running `mpserver` that tells what happens as JSON. */
export class Server extends Program<ServerEvent> {
  readonly place: Place;

  private constructor(
    files: readonly string[],
    { at = 4, rate, more = [], ...rest }: ServerOptions = {},
  ) {
    const place = typeof at === "number" ? freePlace(at) : at;
    const limit = rate === undefined ? [] : ["--limit-rate", `${rate}`];
    const where = ["--bind", place.host, "-p", ...place.ports.map(String)];
    super("mpserver", ["-f", ...files, ...where, ...limit, "-i", "0.1", "--json", ...more], rest);
    this.place = place;
  }

  /** Starts it and waits until it listens. */
  static async start(files: readonly string[], options: ServerOptions = {}): Promise<Server> {
    const server = new Server(files, options);
    try {
      await server.event(({ type }) => type === "listening");
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** `HOST:PORT` of every server, as the client's `-p` takes them. */
  get addresses(): string[] {
    return this.place.ports.map((port) => `${this.place.host}:${port}`);
  }

  /** Waits until one of the servers is in a state. */
  async reaches(index: number, state: ServerState, after?: ServerEvent): Promise<ServerEvent> {
    return await this.event(
      (event) => event.type === "server" && event.index === index && event.state === state,
      after,
    );
  }

  /** Pauses a server and waits until it is. */
  async pause(index: number): Promise<ServerEvent> {
    await this.type(`${index}`);
    return await this.reaches(index, "paused");
  }

  /** Pauses a server, then ends it. */
  async terminate(index: number): Promise<ServerEvent> {
    await this.type(`${index} e${index}`);
    return await this.reaches(index, "terminated");
  }

  /** The manifest of a file; asks for it until it is ready. */
  async manifest(name: string): Promise<string> {
    const ask = async () => {
      for (;;) {
        const response = await fetch(`http://${this.addresses[0]}/${name}.meta4`);
        if (response.ok) return await response.text();
        await response.body?.cancel();
      }
    };
    return await beforeDeadline(ask(), () => "the manifest");
  }

  /** Bytes of content that all servers have sent over connections that have ended. */
  get served(): number {
    return this.events.entries.reduce(
      (sum, event) => sum + (event.type === "served" ? event.bytes : 0),
      0,
    );
  }
}
