import type { DownloadEvent } from "../../lib/client/download_event.ts";
import { download, inspect } from "../../lib/client/download.ts";
import type { DownloadOptions } from "../../lib/client/download_options.ts";
import { fetchFile } from "../../lib/cli/fetch_file.ts";
import type { Host } from "../../lib/cli/host/host.ts";
import { runClient } from "../../lib/cli/run_client.ts";

export const SERVERS = 4;

/** What is sent, and how fast. */
export interface Play {
  readonly file: string;
  readonly name: string;
  /** Bytes in the file. */
  readonly size: number;
  /** Bytes per second of each server. */
  readonly rate: number;
  /** Where the client puts what it fetched. */
  readonly copy: string;
}

/** One thing that the operator does. */
export interface Act {
  /** The part of the file that has come by then. */
  readonly at: number;
  /** What is typed into the server's console. */
  readonly typed: string;
  /** What that means. */
  readonly says: string;
}

const ACTS: readonly Act[] = [
  { at: 0.12, typed: "2", says: "pause Server2: its part waits for it, nobody else takes it" },
  { at: 0.38, typed: "r2", says: "resume Server2: it goes on where it stopped" },
  { at: 0.55, typed: "1", says: "pause Server1 …" },
  { at: 0.6, typed: "e1", says: "… and terminate it: the others share what it had left" },
];

/** Called when the operator does something; `show` shows an event on the client's screen. */
type OnAct = (act: Act, show: (event: DownloadEvent) => void) => void;

/**
 * Runs the client, and has the operator act as the file grows.
 *
 * @param host The process that the client believes to be.
 * @returns The exit code.
 */
export async function runClientWithActs(
  { copy }: Play,
  ports: readonly string[],
  host: Host,
  onAct: OnAct,
): Promise<number> {
  return await runClient(
    ["-o", copy, "-p", ...ports],
    host,
    () =>
      Promise.resolve((command, scene) =>
        fetchFile(command, scene, {
          inspect,
          download: (options) => downloadWithActs(options, onAct),
        })
      ),
  );
}

async function downloadWithActs(options: DownloadOptions, onAct: OnAct): Promise<void> {
  const show = (event: DownloadEvent) => options.onEvent?.(event);
  const acts = [...ACTS];
  let size = 1;
  const onEvent = (event: DownloadEvent) => {
    if (event.type === "start") size = event.size;
    // Where the machine is too slow for the operator, or the file too small, the rest is done at the end.
    const received = event.type === "done" ? size : event.type === "progress" ? event.received : 0;
    for (let [act] = acts; act && received >= act.at * size; [act] = acts) {
      acts.shift();
      onAct(act, show);
    }
    show(event);
  };
  await download({ ...options, onEvent });
}
