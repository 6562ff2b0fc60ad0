import type { DownloadEvent } from "../client/download_event.ts";
import { DOWNLOAD_DEFAULTS, type DownloadOptions } from "../client/download_options.ts";
import type { Offer } from "../client/offer.ts";
import { MultiportError } from "../multiport_error.ts";
import type { ClientEvent } from "../ui/client/client_event.ts";
import type { WriteText } from "../ui/output.ts";
import type { View } from "../ui/view.ts";
import { adviseOnNotice, adviseOnReason } from "./advice.ts";
import { openClientDashboard } from "./dashboard.ts";
import type { ExchangeLog } from "./exchange_log.ts";
import { Foreground } from "./host/foreground.ts";
import { Interruption } from "./host/interruption.ts";
import type { Scene } from "./program.ts";
import { type FetchCommand, type NamedAccess, STDOUT } from "./options/client_options.ts";
import { netrcIn, proxiesIn } from "./options/environment.ts";
import type { ByteSink, Host } from "./host/host.ts";
import { readToken } from "./options/read_token.ts";
import { sceneDevice, sceneTraits } from "./scene_terminal.ts";

/** What does the work; see `mod.ts`. */
export interface DownloadLibrary {
  download(options: DownloadOptions): Promise<unknown>;
  inspect(options: DownloadOptions, onOffer: (offer: Offer) => void): Promise<unknown>;
}

/** Seconds between two looks at the figures: where a picture moves, and where lines add up. */
const LIVE_INTERVAL = 0.2;
const PLAIN_INTERVAL = 1;
const PAGE_INTERVAL = 0.25;

/**
 * Does one download and shows it in the form that was asked for.
 *
 * @param stdout Takes the content, if standard output is for it.
 * @throws {MultiportError} As the download does.
 *
 * @example
 * ```ts
 * await fetchFile(command, scene, { download, inspect });
 * ```
 */
export async function fetchFile(
  { options, access, dryRun, verbose, display }: FetchCommand,
  scene: Scene,
  library: DownloadLibrary,
  stdout: ByteSink = scene.host.stdout,
): Promise<void> {
  const { output } = options;
  const traits = sceneTraits(scene, display);
  // With `--interval 0` there is nothing to redraw: plain lines.
  const live = display.form === "text" && traits.live && display.interval !== 0;
  const interval = display.form === "quiet"
    ? 0
    : display.interval ?? (live ? LIVE_INTERVAL : PLAIN_INTERVAL);
  const view = await openView();
  scene.atEnd(() => view.close());
  await using exchanges = verbose ? await openExchanges() : undefined;
  await using page = display.dashboard &&
    await openClientDashboard(display.dashboard, display, print);
  let isDue = every(interval);
  let hasStarted = false;
  let kept: Kept | undefined;
  const onEvent = (event: DownloadEvent) => {
    if (event.type === "start") {
      hasStarted = true;
      // The time of the next file of a Metalink begins anew.
      isDue = every(interval);
      if (output !== STDOUT) {
        scene.lastWords = () => `Interrupted; ${keptIn(`${event.output}.part`)}`;
      }
    }
    if (event.type === "kept") {
      kept = event;
      return;
    }
    if (event.type === "request" || event.type === "response") return exchanges?.show(event);
    const advised = withAdvice(event);
    page?.show(advised);
    if (event.type !== "progress" || isDue(event.elapsed)) view.show(advised);
  };
  const telling = page ? Math.min(interval || PAGE_INTERVAL, PAGE_INTERVAL) : interval;
  const asked = {
    ...options,
    ...meansOf(access, options, scene.host),
    output: output === STDOUT ? streamTo(stdout) : output,
    interval: telling,
    exchanges: verbose,
    signal: scene.stopped,
    onEvent,
  };
  try {
    if (!dryRun) await library.download(asked);
    else await library.inspect(asked, (offer) => view.show({ type: "offer", ...offer }));
  } catch (error) {
    throw withKept(
      hasStarted || !(error instanceof Interruption) ? error : beforeStart(error),
      kept,
    );
  }

  /** Loads no more than is shown. A picture in the same terminal has to make room for each line. */
  async function openExchanges(): Promise<ExchangeLog> {
    const { ExchangeLog } = await import("./exchange_log.ts");
    const isInPicture = live && scene.host.stderr.isTerminal();
    return new ExchangeLog(
      scene.host,
      isInPicture ? (message) => view.show({ type: "notice", message }) : undefined,
    );
  }

  function print(line: string): void {
    if (live) view.show({ type: "notice", message: line });
    else scene.output.write(`${line}\n`, "news");
  }

  /** Loads no more than is shown. */
  async function openView(): Promise<View<ClientEvent>> {
    const write: WriteText = (text, kind) => scene.output.write(text, kind);
    if (display.form === "quiet") {
      const { QuietView } = await import("../ui/quiet_view.ts");
      return new QuietView();
    }
    if (display.form === "json") {
      const { clientRecord, JsonView } = await import("../ui/json_view.ts");
      return new JsonView(clientRecord, write);
    }
    if (!live) {
      const { ClientPlainView } = await import("../ui/client/client_plain_view.ts");
      return new ClientPlainView(write, options.wait ?? DOWNLOAD_DEFAULTS.wait);
    }
    const { ClientView } = await import("../ui/client/client_view.ts");
    const foreground = new Foreground(scene.host, interval * 1000);
    const device = sceneDevice(scene, foreground);
    const view = new ClientView(device, traits, options.wait ?? DOWNLOAD_DEFAULTS.wait);
    scene.host.onResize(() => view.refresh());
    foreground.onFront((wasAway) => wasAway ? view.restart() : view.refresh());
    return view;
  }
}

/** How servers are reached: by what was asked for, and what the environment says. */
function meansOf(
  access: NamedAccess,
  { urls = [], metalinks = [] }: DownloadOptions,
  host: Host,
): DownloadOptions {
  const { user, headers, netrc, tokenFile, ca, proxy } = access;
  const isWeb = urls.length > 0 || metalinks.length > 0;
  const token = readToken(tokenFile, host);
  const store = host.env("SSL_CERT_FILE");
  return {
    ...user ? { user } : {},
    ...token === undefined ? {} : { token },
    ...headers.length > 0
      ? { headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) }
      : {},
    ...netrc ? { netrc: netrcIn(host) } : {},
    ...ca === undefined ? {} : { ca },
    ...store ? { caStore: store } : {},
    ...isWeb ? { proxies: proxiesIn(host, proxy) } : {},
  };
}

/** Standard output takes a part of what it is given. */
function streamTo(stdout: ByteSink): WritableStream<Uint8Array> {
  return new WritableStream({
    async write(bytes) {
      for (let done = 0; done < bytes.length;) done += await stdout.write(bytes.subarray(done));
    },
  });
}

/** A throttle: lets one moment through per interval, all in seconds; with 0 none. */
function every(interval: number): (at: number) => boolean {
  let next = 0;
  return (at) => {
    if (interval === 0 || at < next) return false;
    // A timer that is a little early must not cost a whole turn.
    next = at + interval * 0.9;
    return true;
  };
}

/** What happens, with what a person at the command line can do about it. */
function withAdvice(event: ClientEvent): ClientEvent {
  switch (event.type) {
    case "notice":
      return { ...event, message: adviseOnNotice(event) };
    case "server":
      return event.reason === undefined
        ? event
        : { ...event, reason: adviseOnReason(event.reason, event.fault) };
    case "waiting": {
      const servers = event.servers.map((server) => ({
        ...server,
        reason: adviseOnReason(server.reason, server.fault),
      }));
      return { ...event, servers };
    }
    default:
      return event;
  }
}

type Kept = Extract<DownloadEvent, { type: "kept" }>;

function beforeStart({ signal }: Interruption): Interruption {
  return new Interruption(signal, "Interrupted before the start");
}

/** Says, too, that the same command goes on, unless what has arrived is of the wrong file. */
function withKept(error: unknown, kept: Kept | undefined): unknown {
  if (kept === undefined) return error;
  const percent = Math.floor(100 * kept.completed / Math.max(1, kept.size));
  const hint = `${keptIn(kept.path)} (${percent}%)`;
  if (error instanceof Interruption) {
    return new Interruption(error.signal, `${error.message}; ${hint}`);
  }
  if (!(error instanceof MultiportError) || error.code === "content") return error;
  return new MultiportError(error.code, `${error.message}; ${hint}`, { cause: error });
}

function keptIn(part: string): string {
  return `the same command goes on: ${part} keeps what has arrived`;
}
