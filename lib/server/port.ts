import type { ByteRange } from "../byte_range.ts";
import { Acceptor } from "./acceptor.ts";
import { bracketed } from "./address.ts";
import { type Allowlist, canonicalAddress } from "./allowlist.ts";
import type { BufferPool } from "../http/buffer_pool.ts";
import { ClientGoneError } from "./client_socket.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import { ConnectionSet } from "./connection_set.ts";
import type { ContentSource } from "./content_transfer.ts";
import type { EventStream } from "./event_stream.ts";
import { Notices } from "./notices.ts";
import { PauseGate } from "./pause_gate.ts";
import type { PortLimits } from "./port_limits.ts";
import type { FromPort } from "./port_message.ts";
import { PortState } from "./port_state.ts";
import type { RateLimit } from "./rate_limit.ts";
import type { ManifestState, PortFacts } from "./reply.ts";
import { FileChangedError, type ServedFile } from "./served_file.ts";
import { sleep } from "./sleep.ts";

/** What a port is made of. */
export interface PortParts {
  /** 1 for Server1. */
  readonly index: number;
  /** Owned by the port, as are the listeners. */
  readonly file: ServedFile;
  /** At least one. */
  readonly listeners: readonly Deno.TcpListener[];
  readonly allow: Allowlist;
  readonly rate: RateLimit | undefined;
  readonly buffers: BufferPool;
  readonly limits: PortLimits;
  /** Whether who was sent what is told, as `--once` needs to know. */
  readonly tracked: boolean;
}

/** One server: the connections to its port, and what its operator wants of it. */
export class Port implements ConnectionHost {
  readonly limits: PortLimits;
  readonly content: ContentSource;
  readonly #parts: PortParts;
  readonly #report: (message: FromPort) => void;
  readonly #gate = new PauseGate();
  readonly #state: PortState;
  readonly #connections: ConnectionSet;
  readonly #streams = new Set<EventStream>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #timers: number[] = [];
  readonly #closing = new AbortController();
  /** Tells the operator something about this server. */
  readonly #notice: (message: string) => void;
  readonly #troubles: Notices;
  #ports: readonly number[] = [];
  #manifest: ManifestState = { kind: "computing" };
  #sentBytes = 0;
  #changeTold = false;
  #closed: Promise<void> | undefined;

  /** @param report Told everything that the supervisor has to know. */
  constructor(parts: PortParts, report: (message: FromPort) => void) {
    this.#parts = parts;
    this.#report = report;
    this.limits = parts.limits;
    this.#connections = new ConnectionSet(parts.limits.connections);
    this.content = {
      file: parts.file,
      buffers: parts.buffers,
      gate: this.#gate,
      rate: parts.rate,
    };
    this.#notice = (message) => {
      report({ type: "notice", message: `Server${parts.index} ${message}` });
    };
    this.#troubles = new Notices(this.#notice);
    this.#state = new PortState((state) => {
      for (const stream of this.#streams) stream.push(state);
      report({ type: "state", state });
    });
  }

  /** Where it listens, first of all. */
  get address(): Deno.NetAddr {
    return (this.#parts.listeners[0] as Deno.TcpListener).addr;
  }

  /** @param ports The ports of all servers, for the clients that ask. */
  serve(ports: readonly number[]): void {
    this.#ports = ports;
    this.#timers.push(
      setInterval(() => this.#sweep(), this.limits.sweepMs),
      setInterval(() => this.#heartbeat(), this.limits.heartbeatMs),
    );
    const { listeners, allow } = this.#parts;
    const acceptor = new Acceptor(listeners, allow, this.#connections, this.#notice);
    const { signal } = this.#closing;
    this.#track(acceptor.run((conn, client) => this.#begin(conn, client), signal));
  }

  pause(): void {
    this.#gate.pause();
    this.#state.pause();
  }

  resume(): void {
    this.#gate.resume();
    this.#state.resume();
  }

  setManifest(manifest: ManifestState): void {
    this.#manifest = manifest;
  }

  /** Tells the clients that follow this port's state that it is terminated, then closes everything. */
  async terminate(): Promise<void> {
    this.#state.terminate();
    // Among what has arrived and was not read yet may be the question what becomes of this port.
    await sleep(this.limits.lastRequestsMs, this.#closing.signal);
    const farewells = Array.from(this.#streams, (stream) => {
      stream.end();
      return stream.finished;
    });
    const timeout = new AbortController();
    await Promise.race([Promise.all(farewells), sleep(this.limits.farewellMs, timeout.signal)]);
    timeout.abort();
    await this.close();
  }

  /** Closes everything, whatever is under way; returns when nothing is. */
  close(): Promise<void> {
    return this.#closed ??= this.#closeAll();
  }

  async #closeAll(): Promise<void> {
    this.#closing.abort();
    this.#state.close();
    for (const timer of this.#timers) clearInterval(timer);
    for (const listener of this.#parts.listeners) listener.close();
    this.#connections.closeAll();
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    this.#parts.file[Symbol.dispose]();
  }

  facts(connection: Connection): PortFacts {
    const { file, index } = this.#parts;
    const unchanged = file.checkUnchanged();
    if (!unchanged) this.#tellChange();
    const { name, size, modifiedMs, changedMs } = file.identity;
    return {
      index,
      name,
      state: this.#state.current,
      file: {
        size,
        etag: file.etag,
        lastModifiedMs: modifiedMs,
        changedMs,
        unchanged,
        sha256: this.#manifest.kind === "ready" ? this.#manifest.digests.sha256 : undefined,
      },
      ports: this.#ports,
      manifest: this.#manifest,
      get localHostname() {
        return bracketed(canonicalAddress(connection.local.hostname));
      },
    };
  }

  follow(stream: EventStream): void {
    this.#streams.add(stream);
    stream.push(this.#state.current);
  }

  unfollow(stream: EventStream): void {
    this.#streams.delete(stream);
  }

  contentBegins(connection: Connection): void {
    this.#state.answerBegins();
    if (this.#parts.tracked) this.#report({ type: "begun", client: connection.client });
  }

  contentSent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  contentEnds(connection: Connection, range: ByteRange): void {
    this.#state.answerEnds();
    if (this.#parts.tracked) this.#report({ type: "sent", client: connection.client, range });
  }

  #begin(conn: Deno.TcpConn, client: string): void {
    this.#track(this.#run(new Connection(conn, client, this)));
  }

  async #run(connection: Connection): Promise<void> {
    const { client } = connection;
    this.#connections.add(connection);
    if (this.#parts.tracked) this.#report({ type: "connected", client });
    try {
      await connection.run();
    } catch (error) {
      if (error instanceof FileChangedError) this.#tellChange();
      else if (!(error instanceof ClientGoneError)) {
        this.#troubles.add(`cut a connection short: ${reasonOf(error)}`, performance.now());
      }
    }
    this.#connections.remove(connection);
    const { address, sentBytes: bytes } = connection;
    if (this.#parts.tracked || bytes > 0) {
      this.#report({ type: "disconnected", client, address, bytes });
    }
  }

  #track(task: Promise<void>): void {
    this.#tasks.add(task);
    task.finally(() => this.#tasks.delete(task));
  }

  #sweep(): void {
    const nowMs = performance.now();
    this.#connections.closeOverdue(nowMs);
    const figures = {
      sent: this.#sentBytes,
      clients: this.#connections.size,
      atMs: performance.timeOrigin + nowMs,
    };
    this.#report({ type: "figures", figures });
  }

  #heartbeat(): void {
    for (const stream of this.#streams) stream.heartbeat();
  }

  #tellChange(): void {
    if (this.#changeTold) return;
    this.#changeTold = true;
    const { path } = this.#parts.file.identity;
    this.#notice(
      `refuses requests: ${path} was changed; restart mpserver to serve it as it is now`,
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
