import type { ClientEvent } from "../../lib/client/client_event.ts";
import type { Info } from "../../lib/sources/server_info.ts";
import type { Member } from "../../lib/sources/member.ts";
import { Roster, type RosterObserver } from "../../lib/sources/roster.ts";
import { Log } from "../client/log.ts";

/** Everything a roster tells its observer. */
export type Observed = readonly [what: keyof RosterObserver, index: number];

/** What a server says of its copy, in short. */
export interface CopyOfTest {
  size?: number;
  /** A letter for each content; null while it is not known. */
  digest?: string | null;
  pieces?: string;
  etag?: string | null;
  paused?: boolean;
}

/** A roster whose servers say what a test has them say; no connection is made. */
export class RosterRig {
  readonly events = new Log<ClientEvent>();
  readonly observed: Observed[] = [];
  readonly roster: Roster;

  constructor(servers: number) {
    const addresses = Array.from({ length: servers }, (_, at) => ({ host: "h", port: at + 1 }));
    this.roster = new Roster(addresses, this.events.add, 0);
    const observe = (what: keyof RosterObserver) => ({ index }: Member) => {
      this.observed.push([what, index]);
    };
    this.roster.observer = {
      answered: observe("answered"),
      paused: observe("paused"),
      terminated: observe("terminated"),
      silent: observe("silent"),
    };
  }

  /** The member called `Server1` and so on. */
  member(index: number): Member {
    return this.roster.members[index - 1] as Member;
  }

  /** Has servers answer. */
  answer(indexes: readonly number[], copy: CopyOfTest = {}): void {
    const { size = 10, digest = null, pieces = digest, etag = null, paused = false } = copy;
    for (const index of indexes) {
      const info: Info = {
        name: `file${index}`,
        size,
        etag,
        paused,
        digest: digest && pieces ? { sha256: digest.repeat(64), piecesSha256: pieces } : null,
      };
      const { source } = this.member(index);
      source.info = info;
      this.roster.answered(source, info);
    }
  }

  /** Has a server stop answering. */
  silence(index: number, reason = "connection refused", final = false): void {
    this.roster.silent(this.member(index).source, reason, final);
  }

  /** How all members stand. */
  get finishTimes(): string[] {
    return this.roster.members.map(({ standing }) => standing);
  }
}
