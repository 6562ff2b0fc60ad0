import { now } from "../clock.ts";
import type { Exchange } from "../http/client/exchange.ts";
import { PLAIN_ACCESS, type WebAccess } from "../sources/probe.ts";
import type { DownloadEvent } from "./download_event.ts";
import type { DownloadSettings } from "./download_settings.ts";
import { EXCHANGES_AT_ONCE, EXCHANGES_PER_SECOND } from "./limits.ts";

/**
 * Tells of requests and answers, so many at once and so many a second: the next one that is told says how many
 * were not.
 *
 * @param clock Seconds, never going back.
 */
export function tellExchanges(
  tell: (event: DownloadEvent) => void,
  clock: () => number = now,
): (exchange: Exchange) => void {
  let credit = EXCHANGES_AT_ONCE;
  let omitted = 0;
  let at = clock();
  return (exchange) => {
    const elapsed = clock() - at;
    at += elapsed;
    credit = Math.min(credit + elapsed * EXCHANGES_PER_SECOND, EXCHANGES_AT_ONCE);
    if (credit < 1) {
      omitted += 1;
      return;
    }
    credit -= 1;
    tell(omitted > 0 ? { ...exchange, omitted } : exchange);
    omitted = 0;
  };
}

/** Has everything told that is exchanged. */
export function tracedSettings(settings: DownloadSettings, trace: number): DownloadSettings {
  const access = tracedAccess(settings.access ?? PLAIN_ACCESS, trace);
  return { ...settings, access, trace };
}

/** Has what is exchanged with all addresses told, or with those of one server. */
export function tracedAccess(access: WebAccess, id: number, server?: number): WebAccess {
  const trace = server === undefined ? { id } : { id, server };
  return {
    endpoint: (url) => ({ ...access.endpoint(url), trace }),
    fields: (url) => access.fields(url),
    idle: access.idle,
  };
}
