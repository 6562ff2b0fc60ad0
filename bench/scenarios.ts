import type { Scenario } from "./scenario.ts";
import { attacks } from "./scenarios/attacks.ts";
import { clients } from "./scenarios/clients.ts";
import { dashboard } from "./scenarios/dashboard.ts";
import { LINK_SCENARIOS } from "./scenarios/link_scenarios.ts";
import { loopback } from "./scenarios/loopback.ts";
import { memory } from "./scenarios/memory.ts";
import { pauseLatency } from "./scenarios/pause_latency.ts";
import { ports } from "./scenarios/ports.ts";
import { sizes } from "./scenarios/sizes.ts";
import { small } from "./scenarios/small.ts";
import { startup } from "./scenarios/startup.ts";
import { verified } from "./scenarios/verified.ts";
import { web } from "./scenarios/web.ts";
import { webStragglers } from "./scenarios/web_stragglers.ts";

/** Everything that can be measured, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  startup,
  small,
  loopback,
  verified,
  web,
  sizes,
  ...LINK_SCENARIOS,
  webStragglers,
  ports,
  clients,
  attacks,
  pauseLatency,
  dashboard,
  memory,
];
