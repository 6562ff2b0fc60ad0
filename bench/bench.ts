/**
 * `deno task bench [SCENARIO…]`: Multiport beside other programs, on this machine, as Markdown.
 *
 * Nothing here is judged: targets stand beside what was measured, and the exit code only tells whether
 * the measuring worked.
 *
 * @module
 */

import { InterruptedError, interruption } from "./interruption.ts";
import { removeLeftovers } from "./leftovers.ts";
import { machineHeader } from "./machine.ts";
import { MachineUse } from "./machine_use.ts";
import { type BenchOptions, HELP, parseOptions, UsageError } from "./options.ts";
import { formatOutcome, formatSummary, type Outcome, Report } from "./report.ts";
import type { Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";
import { Scratch } from "./scratch.ts";
import { has, PACKAGES, type Peer, type Workbench } from "./workbench.ts";

/** The name that stands for all scenarios. */
const ALL = "all";

if (import.meta.main) Deno.exit(await main(Deno.args));

/** @returns The exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options.kind === "help") console.log(HELP);
    else if (options.kind === "list") console.log(list());
    else return await bench(chosen(options.names), options, args);
    return 0;
  } catch (error) {
    if (error instanceof InterruptedError) return 130;
    if (!(error instanceof UsageError)) throw error;
    console.error(`bench: ${error.message}`);
    return 2;
  }
}

function list(): string {
  return SCENARIOS.map(({ name, title, target, standard }) => {
    const when = standard ? "" : " (not in the standard set)";
    return `${name.padEnd(16)} ${title}${when}\n${" ".repeat(17)}target: ${target}`;
  }).join("\n");
}

function chosen(names: readonly string[]): readonly Scenario[] {
  if (names.length === 0) return SCENARIOS.filter(({ standard }) => standard);
  if (names.includes(ALL)) return SCENARIOS;
  return names.map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (!found) throw new UsageError(`there is no scenario ${name}; --list shows them`);
    return found;
  });
}

async function bench(
  scenarios: readonly Scenario[],
  { runs, size, out }: BenchOptions,
  args: readonly string[],
): Promise<number> {
  if (Deno.build.os !== "linux") throw new UsageError("measuring needs Linux: it reads /proc");
  const signal = interruption();
  tellMissing();
  await removeLeftovers();
  await using scratch = await Scratch.create();
  const report = new Report(out);
  await report.add(await machineHeader(args, scratch));
  const outcomes: Outcome[] = [];
  for (const scenario of scenarios) {
    const say = (what: string) => console.error(`${scenario.name}: ${what}`);
    say(scenario.title);
    const outcome = await measured(scenario, { runs, size, scratch, signal, say });
    await report.add(formatOutcome(outcome));
    outcomes.push(outcome);
  }
  await report.add(formatSummary(outcomes));
  return outcomes.some(({ type }) => type === "failed") ? 1 : 0;
}

/** A scenario that fails leaves the others their chance. */
async function measured(scenario: Scenario, workbench: Workbench): Promise<Outcome> {
  const started = performance.now();
  const use = new MachineUse();
  try {
    const findings = await scenario.run(workbench);
    const seconds = (performance.now() - started) / 1_000;
    return { type: "measured", scenario, findings, seconds, byOthers: use.byOthers };
  } catch (error) {
    workbench.signal.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    workbench.say(`failed: ${error.message}`);
    return { type: "failed", scenario, reason: error.message };
  }
}

function tellMissing(): void {
  const missing = (Object.keys(PACKAGES) as Peer[]).filter((peer) => !has(peer));
  if (missing.length === 0) return;
  const packages = missing.map((peer) => PACKAGES[peer]).join(" ");
  console.error(`Not installed, so not compared with: ${missing.join(", ")}. On Debian:`);
  console.error(`  apt-get install ${packages}`);
}
