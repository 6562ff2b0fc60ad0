import { MultiportError } from "../../multiport_error.ts";
import { AccessToken } from "./access_token.ts";
import { Acceptor } from "./acceptor.ts";
import { Allowlist, isLoopback } from "./allowlist.ts";
import type { Certificate } from "../certificate.ts";
import { ClientGoneError } from "./client_socket.ts";
import { Connection } from "./connection.ts";
import { ConnectionQuota } from "./connection_quota.ts";
import { ConnectionSet } from "./connection_set.ts";
import { FileService, type WorkerShared } from "./file_service.ts";
import { PORT_LIMITS, type PortLimits } from "../limits.ts";
import { type AnyConn, type AnyListener, listenOn } from "../listen.ts";
import { Metalink } from "./metalink.ts";
import { Notices } from "../notices.ts";
import type { FromPort, OpenPort, PortFigures, ToPort } from "../port_message.ts";
import { HostNames } from "./request_site.ts";
import { RateLimit } from "./rate_limit.ts";
import { ServedLog } from "./served_log.ts";
import { FileChangedError, ServedFile } from "../served_file.ts";
import { delay } from "../../delay.ts";
import { lateness } from "../../patience.ts";

/** Milliseconds before listening is tried again after a certificate was renewed. */
const RELISTEN_MS = 20;

/** One server in its worker: the listeners of its port, and the connections to it. */
export class Port {
  readonly service: FileService;
  /** Where it listens, first of all. */
  readonly address: Deno.NetAddr;
  readonly #hostnames: readonly string[];
  #listeners: readonly AnyListener[];
  readonly #acceptor: Acceptor;
  #accepting = Promise.resolve();
  #stopAccepting = new AbortController();
  /** Ends the renewal of a certificate that is under way. */
  #renewal = new AbortController();
  readonly #connections: ConnectionSet;
  readonly #report: (message: FromPort) => void;
  readonly #tasks = new Set<Promise<void>>();
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  readonly #closing = new AbortController();
  readonly #troubles: Notices;
  readonly #served: ServedLog;
  #closed: Promise<void> | undefined;
  /** When it was looked last which connections are out of time, in milliseconds of `performance.now()`. */
  #sweptMs = -Infinity;
  /** Whether that was much too late. */
  #wasLate = false;

  private constructor(
    service: FileService,
    hostnames: readonly string[],
    listeners: readonly AnyListener[],
    allow: Allowlist,
    quota: ConnectionQuota | undefined,
    report: (message: FromPort) => void,
  ) {
    this.service = service;
    this.address = (listeners[0] as AnyListener).addr;
    this.#hostnames = hostnames;
    this.#listeners = listeners;
    this.#connections = new ConnectionSet(service.limits, quota);
    this.#acceptor = new Acceptor(allow, this.#connections, service);
    this.#report = report;
    this.#served = new ServedLog((record) => report({ type: "served", record }));
    this.#troubles = new Notices((message) => service.notice(message));
  }

  /**
   * Opens the file and takes the port, but does not serve yet.
   *
   * @param shared What all ports of this thread have together.
   * @param report Told everything that the supervisor has to know.
   * @throws {MultiportError} The file or the port cannot be had; nothing is left open then.
   */
  static open(
    { index, file: identity, port, options }: OpenPort,
    shared: WorkerShared,
    report: (message: FromPort) => void,
    limits: PortLimits = PORT_LIMITS,
  ): Port {
    const { allow, hostnames, hosts, certificate, limitRate, counts, tracked } = options;
    const allowlist = new Allowlist(allow);
    const rate = limitRate === undefined ? undefined : new RateLimit(limitRate);
    const token = options.token === undefined ? undefined : new AccessToken(options.token);
    const quota = counts && new ConnectionQuota(counts, index);
    const file = new ServedFile(identity);
    try {
      const listeners = listenOn(hostnames, port, certificate);
      const isLocal = listeners.every(({ addr }) => isLoopback(addr.hostname));
      const names = new HostNames(hosts, isLocal);
      const scheme = certificate === undefined ? "http" : "https";
      const how = { index, ...shared, limits, rate, names, scheme, token, tracked } as const;
      const service = new FileService(file, how, report);
      return new Port(service, hostnames, listeners, allowlist, quota, report);
    } catch (error) {
      file[Symbol.dispose]();
      throw error;
    }
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
      case "certificate":
        return this.#track(this.renewCertificate(message.certificate));
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
    this.#sweptMs = performance.now();
    this.#timers.push(
      setInterval(() => this.#sweep(), sweepMs),
      setInterval(() => service.states.heartbeat(), heartbeatMs),
    );
    this.#accept();
  }

  #accept(): void {
    this.#stopAccepting = new AbortController();
    const onClient = (conn: AnyConn, client: string) => this.#begin(conn, client);
    this.#accepting = this.#acceptor.run(this.#listeners, onClient, this.#stopAccepting.signal);
    this.#track(this.#accepting);
  }

  #stopListening(): void {
    this.#stopAccepting.abort();
    for (const listener of this.#listeners) listener.close();
    this.#listeners = [];
  }

  /**
   * Uses another certificate for new connections; those that are open go on. Deno ties a certificate to
   * a listener, so for a moment nobody listens. A renewal that has not got so far gives way to this one:
   * otherwise each of them would find the port taken by the other, and the older certificate might stay.
   */
  async renewCertificate(certificate: Certificate): Promise<void> {
    this.#renewal.abort();
    this.#renewal = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, this.#renewal.signal]);
    this.#stopListening();
    // The system has the port back when nobody waits for connections any more.
    await this.#accepting;
    while (!signal.aborted) {
      try {
        this.#listeners = listenOn(this.#hostnames, this.address.port, certificate);
        return this.#accept();
      } catch (error) {
        if (!(error instanceof MultiportError)) throw error;
        this.#troubles.add(`has no listener: ${error.message}`, performance.now());
        await delay(RELISTEN_MS, signal);
      }
    }
  }

  /** Tells the clients that follow this port's state that it is terminated, then closes everything. */
  async terminate(): Promise<void> {
    const { states, limits } = this.service;
    states.terminate();
    // A request that has arrived and was not read may ask for the states: it gets the last one. What
    // comes while this thread is held up has the second half of the time to be read.
    for (let half = 0; half < 2; half += 1) {
      await delay(limits.lastRequestsMs / 2, this.#closing.signal);
    }
    await this.#sayFarewell();
    await this.close();
  }

  /** Bounded: there may be clients that do not read. */
  async #sayFarewell(): Promise<void> {
    const { states, limits } = this.service;
    const timeout = new AbortController();
    await Promise.race([states.farewell(), delay(limits.farewellMs, timeout.signal)]);
    timeout.abort();
  }

  /**
   * Tells the clients that follow this port's state that it is gone, then closes everything, whatever is
   * under way; returns when nothing is.
   */
  close(): Promise<void> {
    return this.#closed ??= this.#closeAll();
  }

  async #closeAll(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers) clearInterval(timer);
    this.#stopListening();
    this.service.states.leave();
    await this.#sayFarewell();
    this.#connections.closeAll();
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    // Before the totals: what single clients took has to add up to them.
    this.#served.tellAll();
    this.#tellFigures(performance.now());
    this.service[Symbol.dispose]();
  }

  /** A defect that shows up while a port ends rejects here, and ends the worker. */
  #end(ended: Promise<void>): void {
    ended.then(() => this.#report({ type: "ended" }));
  }

  #begin(conn: AnyConn, client: string): void {
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

  /**
   * What clients did while this thread did not run is yet to be seen: then no time is over before the
   * next look, but not twice in a row, as every limit has to end.
   */
  #sweep(): void {
    const nowMs = performance.now();
    const { sweepMs } = this.service.limits;
    this.#wasLate = !this.#wasLate && lateness(nowMs - this.#sweptMs, sweepMs) > 0;
    this.#sweptMs = nowMs;
    if (!this.#wasLate) this.#connections.closeOverdue(nowMs);
    this.#served.tellDue(nowMs);
    this.service.tellTaken();
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
