import { MultiportError } from "../multiport_error.ts";
import type { Agreement } from "../sources/agreement.ts";
import type { Source } from "../sources/source.ts";
import { type Sources, whyNot } from "../sources/sources.ts";

/**
 * Makes sure that there is something to compare before anything is asked.
 *
 * @throws {MultiportError} `usage` if fewer than two sources are named.
 */
export function checkTwoAreNamed({ all }: Sources): void {
  if (all.length > 1) return;
  const only = all[0] ? `${all[0].name} is the only one` : "none is named";
  throw new MultiportError(
    "usage",
    `Cannot compare copies: it takes two sources, and ${only}; name another`,
  );
}

/** Whether a second source has to answer before copies can be compared; digests make it needless. */
export function isSecondAwaited(sources: Sources): boolean {
  return !sources.publishDigests && sources.all.filter(({ isUp }) => isUp).length < 2;
}

/**
 * Makes sure that there are two sources with the right copy before anything is fetched. Addresses that
 * redirect to the same URL are one source: to compare a server with itself proves nothing.
 *
 * @throws {MultiportError} `unreachable` if not.
 */
export function checkTwoAreThere(sources: Sources, agreement: Agreement): void {
  const able: Source[] = [];
  for (const source of sources) {
    if (!agreement.accepts(source)) continue;
    const same = able.find((other) => placeOf(other) === placeOf(source));
    if (same) source.refuse(`it leads to the same place as ${same.label}`);
    else able.push(source);
  }
  if (able.length > 1) return;
  const others = sources.all.filter((source) => !able.includes(source));
  throw new MultiportError(
    "unreachable",
    `Cannot compare copies: it takes two sources, and only ${able[0]?.name} can be used: ` +
      whyNot(others),
    { cause: sources.faults },
  );
}

/** Where it is found, behind all redirects. */
function placeOf({ request: { endpoint, target } }: Source): string {
  return `${endpoint.scheme}://${endpoint.host}:${endpoint.port}${target}`;
}
