import type { DownloadEvent } from "../../lib/client/download_event.ts";
import type { SourceHappening } from "../../lib/sources/source.ts";
import { Sources } from "../../lib/sources/sources.ts";
import { Log } from "../client/log.ts";
import { ScriptedSource } from "./scripted_source.ts";

/** Everything that sources tell their observer. */
export type Observed = readonly [what: SourceHappening["type"], index: number];

/** What a server says of its copy, in short. */
export interface CopyOfTest {
  size?: number;
  /** A letter for each content; null while it is not known. */
  digest?: string | null;
  pieces?: string;
  etag?: string | null;
  weakTag?: string;
  /** The day of January on which it was last changed. */
  day?: number;
  sample?: string;
  paused?: boolean;
}

/** Sources that say what a test has them say; no connection is made. */
export class SourcesRig {
  readonly events = new Log<DownloadEvent>();
  readonly observed: Observed[] = [];
  readonly sources = new Sources(this.events.add);

  constructor(servers: number) {
    for (let at = 0; at < servers; at += 1) {
      this.sources.add((index, listener) => new ScriptedSource(index, `h:${index}`, listener));
    }
    this.sources.observer = {
      happened: ({ index }, { type }) => this.observed.push([type, index]),
    };
  }

  /** The source called `Server1` and so on. */
  source(index: number): ScriptedSource {
    return this.sources.at(index) as ScriptedSource;
  }

  /** Has servers answer. */
  answer(indexes: readonly number[], copy: CopyOfTest = {}): void {
    const { size = 10, digest = null, pieces = digest, etag = null, paused = false } = copy;
    const { sample, weakTag, day } = copy;
    for (const index of indexes) {
      this.source(index).says({
        name: `file${index}`,
        size,
        etag,
        digest: digest && pieces ? { sha256: digest.repeat(64), piecesSha256: pieces } : null,
        ...sample === undefined ? {} : { sample },
        ...weakTag === undefined ? {} : { weakTag },
        ...day === undefined ? {} : { modified: new Date(2026, 0, day) },
      }, paused);
    }
  }

  /** Has a server stop answering. */
  silence(index: number, reason = "connection refused", final = false): void {
    this.source(index).silence(reason, final);
  }

  /** How all sources stand. */
  get states(): string[] {
    return this.sources.all.map(({ state }) => state);
  }
}
