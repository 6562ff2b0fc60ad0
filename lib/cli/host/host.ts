import { fstatSync } from "node:fs";
import type { ScreenSize } from "../../ui/terminal/screen.ts";
import { askPs, isInForeground } from "./ask_ps.ts";
import { findIgnoredSignals, type StopSignal } from "./ignored_signals.ts";

/** The environment variables that are read, where that is permitted. */
export type EnvName =
  | "TERM"
  | "LC_ALL"
  | "LC_CTYPE"
  | "LANG"
  | "HOME"
  | "XDG_CONFIG_HOME"
  | "APPDATA"
  | "http_proxy"
  | "HTTP_PROXY"
  | "https_proxy"
  | "HTTPS_PROXY"
  | "all_proxy"
  | "ALL_PROXY"
  | "no_proxy"
  | "NO_PROXY"
  | "SSL_CERT_FILE"
  | "NETRC"
  | `MULTIPORT_${string}`;

/** What the two programs need of the process they run in; tests bring their own. */
export interface Host {
  readonly stdin: {
    isTerminal(): boolean;
    /** Passes keys on one by one, but for those that make signals; or lines again. */
    setRaw(raw: boolean): void;
    readonly readable: ReadableStream<Uint8Array>;
  };
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
  readonly windows: boolean;
  /** Whether `NO_COLOR` is set. */
  readonly noColor: boolean;
  env(name: EnvName): string | undefined;
  /** The size of the terminal. */
  size(): ScreenSize;
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls back later; returns what cancels that. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back again and again; returns what cancels that. */
  every(ms: number, callback: () => void): () => void;
  /** Which signals this process was started to ignore; to be asked before any of the three below. */
  ignoredSignals(): Promise<ReadonlySet<StopSignal>>;
  /** Whether the terminal is this process's, or nobody can tell. */
  isForeground(): Promise<boolean>;
  onStop(callback: (signal: StopSignal) => void): void;
  /** The terminal has another size now. */
  onResize(callback: () => void): void;
  /** The program goes on after it was stopped; others have used the terminal meanwhile. */
  onContinue(callback: () => void): void;
  /** Something failed that nobody was waiting for. */
  onCrash(callback: (error: unknown) => void): void;
  exit(code: number): void;
}

/** Where bytes go. */
export interface ByteSink {
  isTerminal(): boolean;
  /** Takes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Major number 1, minor number 3. */
const LINUX_NULL_DEVICE = 0x103;
/** A terminal that does not tell its size is taken to have the usual one. */
const USUAL_SIZE: ScreenSize = { columns: 80, rows: 24 };

/** The real process. */
export const denoHost: Host = {
  stdin: {
    isTerminal: () => Deno.stdin.isTerminal(),
    setRaw: (raw) => Deno.stdin.setRaw(raw, { cbreak: Deno.build.os !== "windows" }),
    get readable() {
      return Deno.stdin.readable;
    },
  },
  stdout: Deno.stdout,
  stderr: Deno.stderr,
  windows: Deno.build.os === "windows",
  noColor: Deno.noColor,
  env: readEnv,
  size: readSize,
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  every(ms, callback) {
    const timer = setInterval(callback, ms);
    return () => clearInterval(timer);
  },
  ignoredSignals() {
    const anyTerminal = [Deno.stdin, Deno.stdout, Deno.stderr].some((each) => each.isTerminal());
    const surroundings = { nullInput: isNullDevice(), anyTerminal };
    return findIgnoredSignals(surroundings, () => askPs("ignored="));
  },
  isForeground: () => askPs("pgid=,tpgid=").then(isInForeground, () => true),
  onStop(callback) {
    // Closing the console of Windows comes as SIGHUP.
    const signals: readonly StopSignal[] = Deno.build.os === "windows"
      ? ["SIGINT", "SIGBREAK", "SIGHUP"]
      : ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) Deno.addSignalListener(signal, () => callback(signal));
  },
  onResize(callback) {
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGWINCH", callback);
  },
  onContinue(callback) {
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGCONT", callback);
  },
  onCrash(callback) {
    globalThis.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      callback(event.reason);
    });
    globalThis.addEventListener("error", (event) => {
      event.preventDefault();
      callback(event.error ?? event.message);
    });
  },
  exit: (code) => Deno.exit(code),
};

/** Asks first: reading without a permission would put a question to whoever sits there. */
function readEnv(name: EnvName): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** Whether standard input is /dev/null, on Linux. */
function isNullDevice(): boolean {
  try {
    return fstatSync(0).rdev === LINUX_NULL_DEVICE;
  } catch {
    return false;
  }
}

function readSize(): ScreenSize {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL_SIZE;
  } catch {
    return USUAL_SIZE;
  }
}
