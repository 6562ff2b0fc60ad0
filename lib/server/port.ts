import type { BufferPool } from "../http/buffer_pool.ts";
import { Acceptor } from "./acceptor.ts";
import { Allowlist, isLoopback } from "./allowlist.ts";
import { ClientGoneError } from "./client_socket.ts";
import { Connection } from "./connection.ts";
import { ConnectionSet } from "./connection_set.ts";
import { FileService } from "./file_service.ts";
import { PORT_LIMITS, type PortLimits } from "./limits.ts";
import { listenOn } from "./listen.ts";
import { Metalink } from "./metalink.ts";
import { Notices } from "./notices.ts";
import type { FromPort, OpenPort, PortFigures, ToPort } from "./port_message.ts";
import { HostNames } from "./request_site.ts";
import { RateLimit } from "./rate_limit.ts";
import { ServedLog } from "./served_log.ts";
import { FileChangedError, ServedFile } from "./served_file.ts";
import { delay } from "../delay.ts";

/** One server in its worker: the listeners of its port, and the connections to it. */
export class Port {
  readonly service: FileService;
  readonly #listeners: readonly Deno.TcpListener[];
  readonly #allow: Allowlist;
  readonly #connections: ConnectionSet;
  readonly #report: (message: FromPort) => void;
  readonly #tasks = new Set<Promise<void>>();
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  readonly #closing = new AbortController();
  readonly #troubles: Notices;
  readonly #served: ServedLog;
  #closed: Promise<void> | undefined;

  private constructor(
    service: FileService,
    listeners: readonly Deno.TcpListener[],
    allow: Allowlist,
    report: (message: FromPort) => void,
  ) {
    this.service = service;
    this.#listeners = listeners;
    this.#allow = allow;
    this.#connections = new ConnectionSet(service.limits);
    this.#report = report;
    this.#served = new ServedLog((record) => report({ type: "served", record }));
    this.#troubles = new Notices((message) => service.notice(message));
  }

  /**
   * Opens the file and takes the port, but does not serve yet.
   *
   * @param buffers Shared by all ports of this thread.
   * @param report Told everything that the supervisor has to know.
   * @throws {Failure} The file or the port cannot be had; nothing is left open then.
   */
  static open(
    { index, file: identity, port, options }: OpenPort,
    buffers: BufferPool,
    report: (message: FromPort) => void,
    limits: PortLimits = PORT_LIMITS,
  ): Port {
    const { allow, hostnames, hosts, limitRate, tracked } = options;
    const allowlist = new Allowlist(allow);
    const rate = limitRate === undefined ? undefined : new RateLimit(limitRate);
    const file = new ServedFile(identity);
    try {
      const listeners = listenOn(hostnames, port);
      const isLocal = listeners.every(({ addr }) => isLoopback(addr.hostname));
      const names = new HostNames(hosts, isLocal);
      const how = { index, buffers, limits, rate, names, tracked };
      const service = new FileService(file, how, report);
      return new Port(service, listeners, allowlist, report);
    } catch (error) {
      file[Symbol.dispose]();
      throw error;
    }
  }

  /** Where it listens, first of all. */
  get address(): Deno.NetAddr {
    return (this.#listeners[0] as Deno.TcpListener).addr;
  }

  /** Does what the supervisor says. */
  obey(message: Exclude<ToPort, OpenPort>): void {
    const { service } = this;
    switch (message.type) {
      case "serve":
        return this.serve(message.ports);
      case "pause":
        return service.pause();
      case "resume":
        return service.resume();
      case "terminate":
        return this.#end(this.terminate());
      case "close":
        return this.#end(this.close());
      case "manifest": {
        const { manifest, piecesSha256, mirrors } = message;
        const metalink = new Metalink(manifest, piecesSha256, mirrors);
        service.manifest = { kind: "ready", metalink };
        return;
      }
      case "mirrors":
        if (service.manifest.kind === "ready") service.manifest.metalink.mirrors = message.mirrors;
        return;
      case "give way":
        return this.#connections.giveWay(message.descriptors);
      case "manifest withheld":
        service.manifest = { kind: "withheld" };
    }
  }

  /** @param ports The ports of all servers, for the clients that ask. */
  serve(ports: readonly number[]): void {
    const { service } = this;
    const { sweepMs, heartbeatMs } = service.limits;
    service.siblings = ports;
    this.#timers.push(
      setInterval(() => this.#sweep(), sweepMs),
      setInterval(() => service.states.heartbeat(), heartbeatMs),
    );
    const acceptor = new Acceptor(this.#listeners, this.#allow, this.#connections, service);
    const onClient = (conn: Deno.TcpConn, client: string) => this.#begin(conn, client);
    this.#track(acceptor.run(onClient, this.#closing.signal));
  }

  /** Tells the clients that follow this port's state that it is terminated, then closes everything. */
  async terminate(): Promise<void> {
    const { states, limits } = this.service;
    states.terminate();
    // Among what has arrived and was not read yet may be the question what becomes of this port.
    await delay(limits.lastRequestsMs, this.#closing.signal);
    const timeout = new AbortController();
    await Promise.race([states.farewell(), delay(limits.farewellMs, timeout.signal)]);
    timeout.abort();
    await this.close();
  }

  /** Closes everything, whatever is under way; returns when nothing is. */
  close(): Promise<void> {
    return this.#closed ??= this.#closeAll();
  }

  async #closeAll(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers) clearInterval(timer);
    for (const listener of this.#listeners) listener.close();
    this.#connections.closeAll();
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    // What is told of single clients adds up to the last figures.
    this.#served.tellAll();
    this.#tellFigures(performance.now());
    this.service[Symbol.dispose]();
  }

  /** A defect that shows up while a port ends rejects here, and ends the worker. */
  #end(ended: Promise<void>): void {
    ended.then(() => this.#report({ type: "ended" }));
  }

  #begin(conn: Deno.TcpConn, client: string): void {
    const onFollow = (connection: Connection) => this.#connections.becomeStream(connection);
    this.#track(this.#run(new Connection(conn, client, this.service, onFollow)));
  }

  async #run(connection: Connection): Promise<void> {
    const { service } = this;
    const { client, address } = connection;
    this.#connections.add(connection);
    service.clientConnects(client);
    try {
      await connection.run();
    } catch (error) {
      if (error instanceof FileChangedError) service.tellChange();
      else if (!(error instanceof ClientGoneError)) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#troubles.add(`cut a connection short: ${reason}`, performance.now());
      }
    }
    // Resolves once the system has let go of it; never rejects.
    this.#connections.remove(connection);
    service.clientLeaves(client);
    const { sentBytes } = connection;
    if (sentBytes > 0) this.#served.add(client, address, sentBytes, performance.now());
  }

  /** Has {@linkcode close} wait for a task; one that rejects is a defect, and ends the worker. */
  #track(task: Promise<void>): void {
    this.#tasks.add(task);
    task.finally(() => this.#tasks.delete(task));
  }

  #sweep(): void {
    const nowMs = performance.now();
    this.#connections.closeOverdue(nowMs);
    this.#served.tellDue(nowMs);
    this.#tellFigures(nowMs);
  }

  #tellFigures(nowMs: number): void {
    const figures: PortFigures = {
      sent: this.service.sentBytes,
      clients: this.#connections.clients,
      descriptors: this.#connections.descriptors,
      atMs: performance.timeOrigin + nowMs,
    };
    this.#report({ type: "figures", figures });
  }
}
