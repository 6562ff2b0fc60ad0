/**
 * `deno task simulate`: whole downloads in virtual time, as Markdown.
 *
 * The planner is the one that `mpclient` uses; servers, network and clock are simulated. So it shows
 * how the planner decides and what it costs with more servers than any machine has.
 *
 * @module
 */

import { Referee } from "../testing/simulation/referee.ts";
import { idealSeconds } from "../testing/simulation/ideal.ts";
import type { Scenario } from "../testing/simulation/scenario.ts";
import { type Outcome, SimulatedDownload } from "../testing/simulation/simulated_download.ts";
import { formatSeconds, formatSize } from "./figures.ts";
import { NAMED_CASES } from "./simulation/named_cases.ts";
import { HELP, parseOptions, type SimulationOptions } from "./simulation/options.ts";
import { population } from "./simulation/population.ts";
import { formatTable } from "./table.ts";
import { UsageError } from "./options.ts";

/** How many servers the run has that is not measured, as the first one measures the compiler. */
const WARM_UP_SERVERS = 64;

/** How many servers a referee can watch without the run taking all day. */
const MAX_WATCHED_SERVERS = 128;

const COLUMNS = [
  "bytes",
  "ideal",
  "took",
  "ratio",
  "fetched twice",
  "requests",
  "trims",
  "events",
  "planner per event",
  "planner per block",
];

if (import.meta.main) Deno.exit(main(Deno.args));

/** @returns The exit code. */
function main(args: readonly string[]): number {
  try {
    const options = parseOptions(args);
    if (options.help) console.log(HELP);
    else {
      simulate(population(WARM_UP_SERVERS, options));
      console.log(options.named ? namedTable() : populationTable(options));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`simulate: ${error.message}`);
    return 2;
  }
}

function populationTable(options: SimulationOptions): string {
  return formatTable({
    columns: ["servers", ...COLUMNS],
    rows: options.servers.map((count) => {
      const scenario = population(count, options);
      return [count.toLocaleString("en"), ...figures(scenario)];
    }),
  });
}

function namedTable(): string {
  return formatTable({
    columns: ["case", ...COLUMNS],
    rows: NAMED_CASES.map(({ title, scenario }) => [title, ...figures(scenario)]),
  });
}

function figures(scenario: Scenario): string[] {
  const ideal = idealSeconds(scenario);
  const outcome = simulate(scenario);
  return [
    formatSize(scenario.size),
    formatSeconds(ideal),
    formatSeconds(outcome.seconds),
    `**${(outcome.seconds / ideal).toFixed(3)}**`,
    `${(100 * outcome.discarded / scenario.size).toFixed(2)} %`,
    outcome.requests.toLocaleString("en"),
    outcome.trims.toLocaleString("en"),
    outcome.events.toLocaleString("en"),
    formatMicroseconds(outcome.planTime / outcome.events),
    formatMicroseconds(outcome.planTime / outcome.requests),
  ];
}

function simulate(scenario: Scenario): Outcome {
  const isWatched = scenario.sources.length <= MAX_WATCHED_SERVERS;
  const referee = isWatched ? new Referee(scenario) : undefined;
  return new SimulatedDownload(scenario, referee, () => performance.now()).run();
}

function formatMicroseconds(milliseconds: number): string {
  return `${(1000 * milliseconds).toFixed(1)} µs`;
}
