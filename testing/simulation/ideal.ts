import { byteLength } from "../../lib/byte_range.ts";
import type { Incident, Scenario, SourceScript } from "./scenario.ts";

/**
 * How long a download takes at least: until the servers that are available, all of them busy all of
 * the time, have sent as many bytes as are missing. Distance costs nothing here, nor does a portion
 * that waits for a paused server.
 *
 * @returns Seconds; infinite when all servers are gone before the end.
 */
export function idealSeconds(scenario: Scenario): number {
  const changes = scenario.sources.flatMap(rateChanges).sort((a, b) => a.at - b.at);
  let missing = byteLength(scenario.missing);
  let rate = 0;
  let time = 0;
  for (const { at, by } of changes) {
    const bytes = rate * (at - time);
    if (bytes >= missing) break;
    missing -= bytes;
    time = at;
    rate = Math.max(0, rate + by);
  }
  return missing === 0 ? time : time + missing / rate;
}

interface RateChange {
  readonly at: number;
  readonly by: number;
}

/** When, and by how much, what a server can send per second changes. */
function rateChanges(source: SourceScript): RateChange[] {
  let state = { rate: source.rate, up: source.present };
  const changes = [{ at: 0, by: available(state) }];
  for (const incident of source.incidents) {
    const next = after(incident, state);
    changes.push({ at: incident.at, by: available(next) - available(state) });
    state = next;
  }
  return changes;
}

function available(state: { rate: number; up: boolean }): number {
  return state.up ? state.rate : 0;
}

function after(incident: Incident, state: { rate: number; up: boolean }) {
  switch (incident.type) {
    case "rate":
      return { ...state, rate: incident.rate };
    case "pause":
    case "fail":
      return { ...state, up: false };
    case "resume":
    case "join":
      return { ...state, up: true };
  }
}
