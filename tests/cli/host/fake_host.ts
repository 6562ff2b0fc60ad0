import type { EnvName, Host } from "../../../lib/cli/host/host.ts";
import type { StopSignal } from "../../../lib/cli/host/ignored_signals.ts";
import { FakeClock } from "../../ui/fake_clock.ts";

/** What a fake process is like. */
export interface FakeHostOptions {
  readonly terminal?: boolean;
  readonly env?: Readonly<Partial<Record<EnvName, string>>>;
  /** What writing to standard output fails with. */
  readonly stdoutError?: Error;
  /** Which signals the process was started to ignore. */
  readonly ignored?: readonly StopSignal[];
  /** Whether nobody reads standard output. */
  readonly stdoutStuck?: boolean;
}

/** A process in memory: its time, its streams and its signals are a test's to move. */
export class FakeHost extends FakeClock implements Host {
  readonly windows = false;
  readonly noColor = true;
  out = "";
  err = "";
  /** Whether keys come one by one. */
  raw = false;
  exitCode: number | undefined;
  /** Whether the terminal is this process's. */
  inFront = true;
  /** Resolves when the program has ended itself. */
  readonly exited = Promise.withResolvers<number>();
  readonly #options: FakeHostOptions;
  readonly #stops: ((signal: StopSignal) => void)[] = [];
  readonly #continues: (() => void)[] = [];
  readonly #crashes: ((error: unknown) => void)[] = [];
  readonly #keys = new TransformStream<Uint8Array, Uint8Array>();
  readonly #typing = this.#keys.writable.getWriter();

  constructor(options: FakeHostOptions = {}) {
    super();
    this.#options = options;
  }

  readonly stdin = {
    isTerminal: () => this.#options.terminal ?? false,
    setRaw: (raw: boolean) => {
      this.raw = raw;
    },
    readable: this.#keys.readable,
  };

  readonly stdout = {
    isTerminal: () => this.#options.terminal ?? false,
    write: (bytes: Uint8Array) => {
      if (this.#options.stdoutError !== undefined) return Promise.reject(this.#options.stdoutError);
      if (this.#options.stdoutStuck) return new Promise<number>(() => {});
      this.out += new TextDecoder().decode(bytes);
      return Promise.resolve(bytes.length);
    },
  };

  readonly stderr = {
    isTerminal: () => this.#options.terminal ?? false,
    write: (bytes: Uint8Array) => {
      this.err += new TextDecoder().decode(bytes);
      return Promise.resolve(bytes.length);
    },
  };

  env(name: EnvName): string | undefined {
    return this.#options.env?.[name];
  }

  size() {
    return { columns: 80, rows: 24 };
  }

  ignoredSignals(): Promise<ReadonlySet<StopSignal>> {
    return Promise.resolve(new Set(this.#options.ignored));
  }

  isForeground(): Promise<boolean> {
    return Promise.resolve(this.inFront);
  }

  onStop(callback: (signal: StopSignal) => void): void {
    this.#stops.push(callback);
  }

  onResize(): void {}

  onContinue(callback: () => void): void {
    this.#continues.push(callback);
  }

  onCrash(callback: (error: unknown) => void): void {
    this.#crashes.push(callback);
  }

  exit(code: number): void {
    this.exitCode ??= code;
    this.exited.resolve(code);
  }

  /** Sends text to standard input; resolves when it was read. */
  async type(text: string): Promise<void> {
    await this.#typing.write(new TextEncoder().encode(text));
  }

  /** Ends standard input. */
  async endInput(): Promise<void> {
    await this.#typing.close();
  }

  signal(signal: StopSignal): void {
    for (const callback of this.#stops) callback(signal);
  }

  /** Goes on after having been stopped. */
  continue(): void {
    for (const callback of this.#continues) callback();
  }

  crash(error: unknown): void {
    for (const callback of this.#crashes) callback(error);
  }
}
