import { closeTrace, openTrace } from "../http/client/exchange.ts";
import { tellExchanges, tracedSettings } from "./tell_exchanges.ts";
import { Events } from "../events.ts";
import type { DownloadEvent } from "./download_event.ts";
import type { DownloadOptions, DownloadResult, SourceOptions } from "./download_options.ts";
import { type DownloadSettings, settingsOf } from "./download_settings.ts";
import type { Offer } from "./offer.ts";
import { runDownload, runInspection, type Tell } from "./run_download.ts";

/**
 * A running download: a promise of its result, with the events on the way there.
 *
 * @example
 * ```ts
 * import { type Download, download } from "@multiport/multiport";
 *
 * const run: Download = download({ servers: ["127.0.0.1:60000"], output: "film.mp4" });
 * for await (const { type } of run.events) console.log(type);
 * ```
 */
export interface Download extends Promise<DownloadResult> {
  /**
   * All events from when iteration starts. Each reader goes at its own pace: of several unread `progress`
   * events only the newest is kept. Iteration ends with the download, and throws what the download rejects
   * with. Leaving the loop does not stop the download; aborting `signal` does.
   */
  readonly events: AsyncIterable<DownloadEvent>;
}

/**
 * Downloads one file from many servers at once, each with its own copy.
 *
 * Until the file is complete and verified, only `OUTPUT.part` and its checkpoint exist; after a failure
 * or crash, the same call continues from there. When the promise settles, nothing of the download is still
 * running: no timer, no connection, no thread.
 *
 * @param options At least one of `servers`, `urls` and `metalinks` is required.
 * @returns A promise of the result, with the events as `events`.
 * @throws {MultiportError} If the download fails; see {@linkcode ErrorCode} for the reasons.
 * @throws The reason of `signal` once it is aborted, or whatever `onEvent` throws.
 *
 * @example Fetch a file
 * ```ts
 * import { download } from "@multiport/multiport";
 *
 * const servers = ["127.0.0.1:60000", "127.0.0.1:60002"];
 * const { path, size, sha256 } = await download({ servers, output: "film.mp4" });
 * ```
 *
 * @example Follow its progress
 * ```ts
 * import { download } from "@multiport/multiport";
 *
 * const run = download({ servers: ["127.0.0.1:60000"], output: "film.mp4", interval: 0.2 });
 * for await (const event of run.events) {
 *   if (event.type === "progress") console.log(`${event.completed} bytes`);
 * }
 * const { size } = await run;
 * ```
 *
 * @example Read it as it comes, for a minute at most
 * ```ts
 * import { download } from "@multiport/multiport";
 *
 * const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
 * const run = download({
 *   servers: ["127.0.0.1:60000"],
 *   output: writable,
 *   signal: AbortSignal.timeout(60_000),
 * });
 * const [content] = await Promise.all([new Response(readable).bytes(), run]);
 * ```
 */
export function download(options: DownloadOptions): Download {
  // A progress event supersedes the one before.
  const events = new Events<DownloadEvent>((event, newer) =>
    event.type === "progress" && newer.type === "progress"
  );
  const start = async () => {
    try {
      const result = await supervise(options, (event) => events.tell(event), runDownload);
      events.end();
      return result;
    } catch (error) {
      abortOutput(options, error);
      events.fail(error);
      // Readers of the events get the error: they need not await the promise as well.
      if (events.hasReaders) run.catch(() => {});
      throw error;
    }
  };
  const run = start();
  return Object.assign(run, { events });
}

/**
 * Finds out what `download` would download, and what each server has. Nothing is written, and of the
 * content only samples are fetched, where copies of web servers have to be compared.
 *
 * @param options Where to look; `output` and `dir` only determine {@linkcode Offer.output}.
 * @param onOffer Called with what there is of each file, as soon as it is known: a Metalink may list several.
 * @returns The last of them.
 * @throws As {@linkcode download}.
 *
 * @example
 * ```ts
 * import { inspect } from "@multiport/multiport";
 *
 * const { name, size, servers } = await inspect({ servers: ["127.0.0.1:60000"] });
 * console.log(name, size, servers.map(({ address, state }) => `${address} is ${state}`));
 * ```
 */
export async function inspect(
  options: SourceOptions & Pick<DownloadOptions, "output" | "dir">,
  onOffer: (offer: Offer) => void = () => {},
): Promise<Offer> {
  return await supervise(
    options,
    () => {},
    (settings, tell, signal, onDefect) =>
      runInspection(settings, tell, signal, onDefect, (offer) => {
        try {
          onOffer(offer);
        } catch (error) {
          onDefect(error);
        }
      }),
  );
}

/** Tells the reader of a stream that the download has failed; does not wait for it to react. */
function abortOutput({ output }: DownloadOptions, error: unknown): void {
  if (typeof output !== "object" || output.locked) return;
  output.abort(error).catch(() => {});
}

type Work<Result> = (
  settings: DownloadSettings,
  tell: Tell,
  signal: AbortSignal,
  onDefect: (error: unknown) => void,
) => Promise<Result>;

/** Does some work until it is done, the signal is aborted, or `onEvent` throws, which is not called again then. */
async function supervise<Result>(
  options: DownloadOptions,
  toReaders: Tell,
  work: Work<Result>,
): Promise<Result> {
  const { onEvent, signal } = options;
  const defect = new AbortController();
  const onDefect = (error: unknown) => defect.abort(error);
  const tell = (event: DownloadEvent) => {
    if (defect.signal.aborted) return;
    toReaders(event);
    try {
      onEvent?.(event);
    } catch (error) {
      onDefect(error);
    }
  };
  // The caller can begin to iterate over the events before the first one.
  await Promise.resolve();
  signal?.throwIfAborted();
  const named = await settingsOf(options);
  const trace = options.exchanges ? openTrace(tellExchanges(tell)) : undefined;
  const settings = trace === undefined ? named : tracedSettings(named, trace);
  try {
    const stopped = AbortSignal.any([defect.signal, ...signal ? [signal] : []]);
    for (const origin of settings.exposed) {
      const message = `Credentials for ${origin} are sent unencrypted: use https`;
      tell({ type: "notice", message });
    }
    stopped.throwIfAborted();
    const result = await work(settings, tell, stopped, onDefect);
    defect.signal.throwIfAborted();
    return result;
  } catch (error) {
    throw defect.signal.aborted ? defect.signal.reason : error;
  } finally {
    settings.access?.idle?.[Symbol.dispose]();
    if (trace !== undefined) closeTrace(trace);
  }
}
