import type { Agreement } from "../sources/agreement.ts";
import type { SourceStatusState } from "../sources/source_status.ts";
import type { Sources } from "../sources/sources.ts";
import type { Place } from "./place.ts";

export type { SourceStatusState } from "../sources/source_status.ts";

/**
 * What would be downloaded, and what each server has.
 *
 * @example
 * ```ts
 * import { inspect, type Offer } from "@multiport/multiport";
 *
 * const offer: Offer = await inspect({ servers: ["127.0.0.1:60000"] });
 * console.log(`${offer.name}: ${offer.size} bytes would go to ${offer.output}`);
 * ```
 */
export interface Offer {
  /** What the servers call the file. */
  readonly name: string;
  /** Bytes in it. */
  readonly size: number;
  /** Path of the file that would be made; `-` for a stream. */
  readonly output: string;
  /** Its SHA-256; null if neither a Metalink nor a server has told it yet. */
  readonly sha256: string | null;
  /** In the order in which they were named, and those that they led to behind them. */
  readonly servers: readonly SourceOffer[];
}

/**
 * What one server has, as far as it has told.
 *
 * @example
 * ```ts
 * import { inspect, type SourceOffer } from "@multiport/multiport";
 *
 * const line = ({ address, state, size }: SourceOffer) => `${address} is ${state}: ${size} bytes`;
 * const { servers } = await inspect({ servers: ["127.0.0.1:60000"] });
 * console.log(servers.map(line).join("\n"));
 * ```
 */
export interface SourceOffer {
  /** 1 for Server1. */
  readonly index: number;
  /** Its `host:port` or URL. */
  readonly address: string;
  /** How it stands. */
  readonly state: SourceStatusState;
  /** Why it cannot be used, if so. */
  readonly reason?: string;
  /** Bytes in its copy. */
  readonly size: number | null;
  /** What its copy hashes to. */
  readonly sha256: string | null;
  /** When its copy was last changed, as ISO 8601 has it. */
  readonly modified: string | null;
}

/**
 * What the sources have, and where it would go.
 *
 * @param listed The SHA-256 that a Metalink lists, if one does.
 */
export function offerOf(
  sources: Sources,
  { name, size, digest }: Agreement,
  { label: output }: Place,
  listed: string | undefined,
): Offer {
  const servers = sources.all.map(({ index, name, state, reason, copy }) => ({
    index,
    address: name,
    state,
    ...reason === "" ? {} : { reason },
    size: copy?.size ?? null,
    sha256: copy?.digest?.sha256 ?? null,
    modified: copy?.modified?.toISOString() ?? null,
  }));
  return { name, size, output, sha256: digest?.sha256 ?? listed ?? null, servers };
}
