import { Failure } from "../failure.ts";
import { formatAddress } from "./address.ts";
import type { FileIdentity } from "./file_identity.ts";
import type { FromPort, PortFigures, PortOptions, ToPort } from "./port_message.ts";
import type { PortTenant, PortThread } from "./port_thread.ts";
import type { ServerState, ServerStatus } from "./server_event.ts";
import type { PauseResult, ResumeResult, TerminateResult } from "./serving.ts";

/** Milliseconds without a word after which a port is not counted as alive. */
const SILENCE_MS = 2_000;

/** Milliseconds that a port has to close everything before its worker is stopped from outside. */
const END_TIMEOUT_MS = 3_000;

/** Milliseconds that a worker has to start and take the port. */
const OPEN_TIMEOUT_MS = 30_000;

const NO_FIGURES: PortFigures = { sent: 0, clients: 0, atMs: 0 };

/** What a supervisor does with the news of one port. */
export interface PortListener {
  onMessage(handle: PortHandle, message: FromPort): void;
  /** Its worker broke down; the port is closed, and nothing comes from it any more. */
  onCrash(handle: PortHandle, reason: string): void;
}

/** The supervisor's end of one port: what is wanted of it, and what is known of it. */
export class PortHandle implements PortTenant {
  readonly index: number;
  readonly file: FileIdentity;
  readonly #thread: PortThread;
  readonly #listener: PortListener;
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #address: { hostname: string; port: number } = { hostname: "", port: 0 };
  #state: ServerState = "listening";
  #wanted: "serving" | "paused" | "terminated" = "serving";
  #running = true;
  #heardMs = -Infinity;
  #figures = NO_FIGURES;
  #figuresBefore = NO_FIGURES;
  #rate = 0;

  constructor(thread: PortThread, index: number, file: FileIdentity, listener: PortListener) {
    this.index = index;
    this.file = file;
    this.#thread = thread;
    this.#listener = listener;
    thread.enter(this);
  }

  get name(): string {
    return `Server${this.index}`;
  }

  get port(): number {
    return this.#address.port;
  }

  /** `host:port`. */
  get address(): string {
    return formatAddress(this.#address);
  }

  /** Resolves when the port has ended, one way or another. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get terminated(): boolean {
    return this.#wanted === "terminated";
  }

  /**
   * Makes the worker take the port.
   *
   * @throws {Failure} The port or the file cannot be had.
   */
  async open(port: number, options: PortOptions): Promise<void> {
    this.tell({ type: "open", index: this.index, file: this.file, port, options });
    const tooLate = () => this.#opened.reject(new Error(`${this.name} did not start in time`));
    const timeout = setTimeout(tooLate, OPEN_TIMEOUT_MS);
    try {
      await this.#opened.promise;
    } finally {
      clearTimeout(timeout);
    }
  }

  tell(message: ToPort): void {
    if (this.#running) this.#thread.tell(this, message);
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

  /** The figures now; the rate is since the last call. */
  status(): ServerStatus {
    const elapsedMs = this.#figures.atMs - this.#figuresBefore.atMs;
    if (elapsedMs > 0) {
      this.#rate = (this.#figures.sent - this.#figuresBefore.sent) / elapsedMs * 1000;
      this.#figuresBefore = this.#figures;
    }
    return {
      index: this.index,
      address: this.address,
      state: this.#state,
      alive: this.#running && performance.now() - this.#heardMs < SILENCE_MS,
      sent: this.#figures.sent,
      rate: this.#running ? this.#rate : 0,
      clients: this.#running ? this.#figures.clients : 0,
    };
  }

  hear(message: FromPort): void {
    if (!this.#running) return;
    this.#heardMs = performance.now();
    switch (message.type) {
      case "opened":
        this.#address = { hostname: message.hostname, port: message.port };
        this.#opened.resolve();
        break;
      case "failed":
        this.#opened.reject(new Failure(message.kind, message.message));
        break;
      case "state":
        this.#state = message.state;
        break;
      case "figures":
        if (this.#figuresBefore === NO_FIGURES) this.#figuresBefore = message.figures;
        this.#figures = message.figures;
        break;
      case "ended":
        this.#stop();
        break;
    }
    this.#listener.onMessage(this, message);
  }

  #end(message: ToPort): void {
    this.tell(message);
    const tooLate = () => this.#thread.break("it did not end in time");
    const timeout = setTimeout(tooLate, END_TIMEOUT_MS);
    this.ended.then(() => clearTimeout(timeout));
  }

  crash(reason: string): void {
    this.#opened.reject(new Error(`${this.name} broke down: ${reason}`));
    if (!this.#running) return;
    this.#wanted = "terminated";
    this.#stop();
    this.#listener.onCrash(this, reason);
  }

  #stop(): void {
    this.#running = false;
    this.#state = "terminated";
    this.#thread.leave(this);
    this.#ended.resolve();
  }
}
