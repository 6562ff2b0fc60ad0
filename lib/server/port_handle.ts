import { Patience } from "../patience.ts";
import { Speed } from "../speed.ts";
import { MultiportError } from "../multiport_error.ts";
import { formatAddress } from "../addresses.ts";
import type {
  FromPort,
  FromPortWorker,
  PortFigures,
  PortOptions,
  ToPort,
  ToPortWorker,
} from "./port_message.ts";
import type { FileIdentity } from "./served_file.ts";
import type { ServerState, ServerStatus } from "./server_event.ts";
import type { PauseResult, ResumeResult, TerminateResult } from "./servers.ts";

/** Milliseconds without a word after which a port is not counted as alive. */
const SILENCE_MS = 2_000;

/**
 * Milliseconds that a port has to close everything before it is given up. Clients may take a second of
 * it (`FAREWELL_TIMEOUT_MS`), and who stops a service waits ten.
 */
const END_TIMEOUT_MS = 5_000;

/**
 * Milliseconds that a worker has to start and take the port. That is no fault of anybody's but slow
 * where the machine is busy, as while it boots: only one that hangs takes as long.
 */
const OPEN_TIMEOUT_MS = 60_000;

const NO_FIGURES: PortFigures = { sent: 0, clients: 0, descriptors: 0, atMs: 0 };

/** What a supervisor does with the news of one port. */
export interface PortListener {
  onMessage(handle: PortHandle, message: FromPort): void;
  /** It broke down, or did not end; nothing comes from it any more. */
  onCrash(handle: PortHandle, reason: string): void;
}

/** The supervisor's end of one worker, and of the ports that are served in it. */
export class PortWorker {
  readonly #worker: Worker;
  /** Those that have not ended, by their numbers. */
  readonly #handles = new Map<number, PortHandle>();

  /** @param worker Owned by this object from now on. */
  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromPortWorker>) => {
      if (data.type === "broken") this.break(data.reason);
      else this.#handles.get(data.index)?.hear(data.message);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.break(event.message);
    };
  }

  /**
   * Whether anything has been heard of any of its ports since then.
   *
   * @param sinceMs In milliseconds of `performance.now()`.
   */
  hasSpoken(sinceMs: number): boolean {
    return Array.from(this.#handles.values()).some((handle) => handle.hasSpoken(sinceMs));
  }

  /** Lets a port in; it hears what the worker says of it until it leaves. */
  enter(handle: PortHandle): void {
    this.#handles.set(handle.index, handle);
  }

  /** Has nothing to do with a port any more; the worker ends with the last one. */
  leave({ index }: PortHandle): void {
    this.#handles.delete(index);
    if (this.#handles.size === 0) this.#worker.terminate();
  }

  tell({ index }: PortHandle, message: ToPort): void {
    this.#worker.postMessage({ index, message } satisfies ToPortWorker);
  }

  /** Stops the worker, whatever it is doing: all ports in it are lost. */
  break(reason: string): void {
    this.#worker.terminate();
    for (const handle of [...this.#handles.values()]) handle.crash(reason);
  }
}

/** The supervisor's end of one port: what is wanted of it, and what is known of it. */
export class PortHandle {
  readonly index: number;
  readonly file: FileIdentity;
  readonly #worker: PortWorker;
  readonly #listener: PortListener;
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #address: { hostname: string; port: number } = { hostname: "", port: 0 };
  #state: ServerState = "listening";
  #wanted: "serving" | "paused" | "terminated" = "serving";
  #running = true;
  #heardMs = -Infinity;
  #figures = NO_FIGURES;
  #speed: Speed | undefined;

  constructor(worker: PortWorker, index: number, file: FileIdentity, listener: PortListener) {
    this.index = index;
    this.file = file;
    this.#worker = worker;
    this.#listener = listener;
    worker.enter(this);
  }

  get name(): string {
    return `Server${this.index}`;
  }

  get port(): number {
    return this.#address.port;
  }

  /** `host:port`. */
  get address(): string {
    const { hostname: host, port } = this.#address;
    return formatAddress({ host, port });
  }

  /** Resolves when the port has ended, one way or another. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get terminated(): boolean {
    return this.#wanted === "terminated";
  }

  /** Descriptors that its connections have. */
  get descriptors(): number {
    return this.#running ? this.#figures.descriptors : 0;
  }

  /** Whether it runs, and has been heard of since then. */
  hasSpoken(sinceMs: number): boolean {
    return this.#running && this.#heardMs > sinceMs;
  }

  /**
   * Makes the worker take the port.
   *
   * @throws {MultiportError} The port or the file cannot be had.
   */
  async open(port: number, options: PortOptions): Promise<void> {
    this.tell({ type: "open", index: this.index, file: this.file, port, options });
    const tooLate = () => this.#opened.reject(new Error(`${this.name} did not start in time`));
    using _patience = new Patience(OPEN_TIMEOUT_MS, tooLate);
    await this.#opened.promise;
  }

  tell(message: ToPort): void {
    if (this.#running) this.#worker.tell(this, message);
  }

  pause(): PauseResult {
    if (this.#wanted === "terminated") return "already terminated";
    if (this.#wanted === "paused") return "already paused";
    this.#wanted = "paused";
    this.tell({ type: "pause" });
    return "paused";
  }

  resume(): ResumeResult {
    if (this.#wanted === "terminated") return "already terminated";
    if (this.#wanted === "serving") return "not paused";
    this.#wanted = "serving";
    this.tell({ type: "resume" });
    return "resumed";
  }

  terminate(): TerminateResult {
    if (this.#wanted === "terminated") return "already terminated";
    if (this.#wanted === "serving") return "not paused";
    this.#wanted = "terminated";
    this.#end({ type: "terminate" });
    return "terminated";
  }

  /** Ends the port, whatever it is doing. */
  close(): Promise<void> {
    this.#end({ type: "close" });
    return this.ended;
  }

  /** The figures now; the rate is over the last second. */
  status(): ServerStatus {
    return {
      index: this.index,
      address: this.address,
      state: this.#state,
      alive: this.hasSpoken(performance.now() - SILENCE_MS),
      sent: this.#figures.sent,
      rate: this.#running ? this.#speed?.bytesPerSecond ?? 0 : 0,
      clients: this.#running ? this.#figures.clients : 0,
    };
  }

  /** Takes what the worker says of this port. */
  hear(message: FromPort): void {
    if (!this.#running) return;
    this.#heardMs = performance.now();
    switch (message.type) {
      case "opened":
        this.#address = { hostname: message.hostname, port: message.port };
        this.#opened.resolve();
        break;
      case "failed":
        this.#opened.reject(
          new MultiportError(message.code, message.message, { cause: message.cause }),
        );
        break;
      case "state":
        this.#state = message.state;
        break;
      case "figures":
        this.#figures = message.figures;
        this.#speed ??= new Speed(message.figures.atMs / 1_000);
        this.#speed.sample(message.figures.sent, message.figures.atMs / 1_000);
        break;
      case "ended":
        this.#stop();
        break;
    }
    this.#listener.onMessage(this, message);
  }

  /** Takes it that the port is lost; nothing comes from it any more. */
  crash(reason: string): void {
    this.#opened.reject(new Error(`${this.name} broke down: ${reason}`));
    if (!this.#running) return;
    this.#wanted = "terminated";
    this.#stop();
    this.#listener.onCrash(this, reason);
  }

  #end(message: ToPort): void {
    if (!this.#running) return;
    this.tell(message);
    // What it says within that time may have been on its way already.
    const sinceMs = performance.now() + SILENCE_MS;
    const patience = new Patience(END_TIMEOUT_MS, () => this.#endLate(sinceMs));
    // Resolves at last, whatever the port does; never rejects.
    this.ended.then(() => patience[Symbol.dispose]());
  }

  /** What it still has open goes with its worker, which others may share. */
  #endLate(sinceMs: number): void {
    const reason = "it did not end in time";
    if (this.#worker.hasSpoken(sinceMs)) this.crash(reason);
    else this.#worker.break(reason);
  }

  #stop(): void {
    this.#running = false;
    this.#state = "terminated";
    this.#worker.leave(this);
    this.#ended.resolve();
  }
}
