import type { Scenario } from "./scenario.ts";
import { LINK_SCENARIOS } from "./scenarios/link_scenarios.ts";
import { loopback } from "./scenarios/loopback.ts";

/** Everything that can be measured, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [loopback, ...LINK_SCENARIOS];
