import { timingSafeEqual } from "node:crypto";
import { delay } from "../../delay.ts";
import { ASSETS } from "./assets.ts";
import type { PieceMap } from "../client/client_event.ts";
import type { RateHistory } from "./rate_history.ts";
import { type PageAnswer, type PageRequest, PageServer } from "./page_server.ts";
import { Watcher } from "./watcher.ts";

/** Where a dashboard listens. */
export interface DashboardAddress {
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** What the page shows, in words and figures that are ready to be shown. */
export interface Figures {
  /** The file's name. */
  readonly title: string;
  readonly headline: string;
  /** The part of the file that is there, 0 to 1; absent where there is no such thing. */
  readonly progress?: number;
  /** Titles of the figures of every server. */
  readonly columns: readonly string[];
  readonly servers: readonly DashboardServer[];
  /** Whether servers can be paused, resumed and terminated from the page. */
  readonly controls: boolean;
  /** One line that matters now. */
  readonly notice?: string;
  /** Set when nothing more will come. */
  readonly over?: boolean;
}

/** One server, as the page shows it. */
export interface DashboardServer {
  /** 1 for Server1. */
  readonly index: number;
  /** `host:port`. */
  readonly address: string;
  readonly state: string;
  /** Bytes per second. */
  readonly rate: number;
  /** One text for each of the figures' columns. */
  readonly numbers: readonly string[];
  /** Why it failed, or what it waits for. */
  readonly reason?: string;
}

/** What a dashboard shows, asked for whenever a page can take it. */
export interface DashboardModel {
  figures(): Figures;
  history(): readonly RateHistory[];
  /** What each piece is, where there are pieces. */
  pieces?(): PieceMap;
  /** Does what a button asks for; answers with what came of it. */
  control?(action: ControlAction, server: number): string;
}

/** What the page's buttons can ask for. */
export type ControlAction = "pause" | "resume" | "terminate";

/** Milliseconds between two updates. */
const UPDATE_MS = 250;

/** Pages that are kept up to date at a time. */
const MAX_WATCHERS = 16;

/** Milliseconds that pages have for the last update, once the program is about to end. */
const CLOSE_PATIENCE_MS = 500;

/** Random bytes in a token: nobody guesses it. */
const TOKEN_BYTES = 24;

/**
 * No resource of another origin, no script and no style within the page, no frame around it: the
 * page's controls answer to nobody else.
 */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/**
 * A page that shows what a program does while it does it, and takes its buttons' commands.
 *
 * Whoever knows the token may see and control: it is part of the address that is printed, behind the
 * `#`, so that no browser sends it anywhere, and it comes back in a header field, which no page of
 * another origin can add (Fetch, 4.10: CORS-preflight).
 *
 * @example
 * ```ts
 * await using dashboard = Dashboard.open({ hostname: "127.0.0.1", port: 0 }, model);
 * console.log(dashboard.url); // http://127.0.0.1:49152/#8f0c…
 * ```
 */
export class Dashboard implements AsyncDisposable {
  readonly #model: DashboardModel;
  readonly #token = randomToken();
  readonly #watchers = new Set<Watcher>();
  readonly #server: PageServer;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(address: DashboardAddress, model: DashboardModel) {
    this.#model = model;
    this.#server = new PageServer(address, (request) => this.#answer(request));
    this.#timer = setInterval(() => this.update(), UPDATE_MS);
  }

  /**
   * Opens a dashboard.
   *
   * @throws What `Deno.listen` throws when it cannot listen there.
   */
  static open(address: DashboardAddress, model: DashboardModel): Dashboard {
    return new Dashboard(address, model);
  }

  /** The page's address, with the token. */
  get url(): string {
    const { hostname, port } = this.#server.address;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    return `http://${host}:${port}/#${this.#token}`;
  }

  /** Sends every page what has changed; called by itself, and when something just did. */
  update(): void {
    if (this.#watchers.size === 0) return;
    const figures = JSON.stringify(this.#model.figures());
    const pieces = this.#model.pieces?.();
    for (const watcher of this.#watchers) watcher.update(figures, pieces);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.update();
    for (const watcher of this.#watchers) watcher.end();
    // A page that does not read must not hold up the program's end.
    const patience = new AbortController();
    await Promise.race([this.#server.close(), delay(CLOSE_PATIENCE_MS, patience.signal)]);
    patience.abort();
  }

  #answer(request: PageRequest): PageAnswer {
    const { path } = request;
    const asset = ASSETS[path];
    if (asset) return answer(200, asset.text, { "Content-Type": asset.type });
    if (path !== "/updates" && path !== "/control") return answer(404, "Not found.");
    if (!this.#isAllowed(request)) {
      return answer(401, "The token is missing or wrong.", { "WWW-Authenticate": "Bearer" });
    }
    return path === "/updates" ? this.#watch() : this.#control(request);
  }

  /** In constant time, whatever was sent. */
  #isAllowed({ headers }: PageRequest): boolean {
    const given = new TextEncoder().encode(headers.get("authorization") ?? "");
    const wanted = new TextEncoder().encode(`Bearer ${this.#token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  #watch(): PageAnswer {
    if (this.#watchers.size >= MAX_WATCHERS) {
      return answer(503, "Too many pages are open.", { "Retry-After": "10" });
    }
    const watcher = new Watcher(() => this.#watchers.delete(watcher));
    this.#watchers.add(watcher);
    watcher.begin(this.#model.history());
    watcher.update(JSON.stringify(this.#model.figures()), this.#model.pieces?.());
    const headers = { ...HEADERS, "Content-Type": "text/event-stream" };
    return { status: 200, headers, content: watcher.stream };
  }

  #control({ method, content }: PageRequest): PageAnswer {
    if (method !== "POST") return answer(405, "Use POST.", { Allow: "POST" });
    const wish = content === undefined ? undefined : parseControl(content);
    if (!wish) return answer(400, "Not understood.");
    if (!this.#model.control) return answer(404, "There is nothing to control.");
    const reply = this.#model.control(wish.action, wish.server);
    this.update();
    return answer(200, reply);
  }
}

function answer(status: number, text: string, headers: Record<string, string> = {}): PageAnswer {
  return {
    status,
    headers: { ...HEADERS, "Content-Type": "text/plain; charset=utf-8", ...headers },
    content: text,
  };
}

function parseControl(text: string): { action: ControlAction; server: number } | undefined {
  let wish: unknown;
  try {
    wish = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof wish !== "object" || wish === null) return undefined;
  const { action, server } = wish as Readonly<Record<string, unknown>>;
  const isKnown = action === "pause" || action === "resume" || action === "terminate";
  return isKnown && typeof server === "number" && Number.isSafeInteger(server)
    ? { action, server }
    : undefined;
}

function randomToken(): string {
  return [...crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
