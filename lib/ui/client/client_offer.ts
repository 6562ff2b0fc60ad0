import type { ClientEvent } from "./client_event.ts";
import { byteCount } from "../../byte_count.ts";
import { formatSize } from "../format_figures.ts";
import type { Line } from "../terminal/styled_text.ts";

/**
 * What a download that fetches nothing says: the file, and what each server has.
 *
 * @example
 * ```ts
 * for (const line of clientOffer(event)) console.log(renderLine(line, false));
 * // film.mp4: 1.0 GiB (1073741824 bytes) would go to film.mp4
 * ```
 */
export function clientOffer(offer: Extract<ClientEvent, { type: "offer" }>): Line[] {
  const { name, size, output, sha256, servers } = offer;
  return [
    [`${name}: ${formatSize(size)} would go to ${output}`],
    [`  sha-256 ${sha256 ?? "not known yet"}`],
    ...servers.map(({ index, address, state, reason, size, sha256, modified }): Line => {
      const facts = [
        state,
        reason,
        size === null ? undefined : byteCount(size),
        sha256 === null ? undefined : `sha-256 ${sha256.slice(0, 12)}…`,
        modified === null ? undefined : `changed ${modified}`,
      ];
      return [`  Server${index} ${address}  ${facts.filter((fact) => fact).join(", ")}`];
    }),
  ];
}
