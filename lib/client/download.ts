import { Events } from "../events.ts";
import type { DownloadEvent } from "./download_event.ts";
import type { DownloadOptions, DownloadResult, SourceOptions } from "./download_options.ts";
import { type DownloadSettings, settingsOf } from "./download_settings.ts";
import type { Offer } from "./offer.ts";
import { runDownload, runInspection, type Tell } from "./run_download.ts";

/**
 * A download that runs: what will come of it, and what happens meanwhile.
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
   * What happens, from when one begins to read, at the reader's own pace: of two `progress` events that
   * were not read, only the newer one remains. They end with the download, and throw what it rejects with.
   * Whoever stops reading does not stop the download; `signal` does.
   */
  readonly events: AsyncIterable<DownloadEvent>;
}

/**
 * Downloads one file from many servers at once, each of which has a copy of its own.
 *
 * Until the file is complete and right there is only `OUTPUT.part` and its checkpoint, from which the
 * same call goes on after any failure or crash. When the promise settles, nothing of the download is
 * left: no timer, no connection, no thread.
 *
 * @param options From where, where to, and how. One of `servers`, `urls` and `metalinks` is needed.
 * @returns What came of it, and on the way there what happens.
 * @throws {MultiportError} If the file cannot be had: `code` says why to a program, `message` to a person.
 * @throws The reason of `signal`, or what `onEvent` has thrown.
 *
 * @example Fetch a file
 * ```ts
 * import { download } from "@multiport/multiport";
 *
 * const servers = ["127.0.0.1:60000", "127.0.0.1:60002"];
 * const { path, size, sha256 } = await download({ servers, output: "film.mp4" });
 * ```
 *
 * @example Watch it
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
 * @example Stop it after a minute, and read it as it comes
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
  // Progress tells all that earlier progress has told.
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
      // Readers of events are told: the promise need not be awaited as well.
      if (events.hasReaders) run.catch(() => {});
      throw error;
    }
  };
  const run = start();
  return Object.assign(run, { events });
}

/**
 * Finds out what would be downloaded: the file, and what each server has. Nothing is fetched or written.
 *
 * @param options From where; the others say where the file would go.
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
): Promise<Offer> {
  return await supervise(options, () => {}, runInspection);
}

/** Whoever reads the content is told that no more of it comes, and why; nobody waits until they have heard. */
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

/** Does some work and ends it when the caller says so, or when its listener throws, who is told nothing more then. */
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
  // Whoever has called has begun to read events before there are any.
  await Promise.resolve();
  signal?.throwIfAborted();
  const settings = await settingsOf(options);
  try {
    const stopped = AbortSignal.any([defect.signal, ...signal ? [signal] : []]);
    for (const origin of settings.exposed) {
      const message =
        `Credentials for ${origin} go over the network for everybody to read: use https`;
      tell({ type: "notice", message });
    }
    stopped.throwIfAborted();
    const result = await work(settings, tell, stopped, onDefect);
    defect.signal.throwIfAborted();
    return result;
  } catch (error) {
    throw defect.signal.aborted ? defect.signal.reason : error;
  }
}
