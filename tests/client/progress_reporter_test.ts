import { assertEquals } from "@std/assert";
import { ProgressReporter } from "../../lib/client/progress_reporter.ts";
import { Agreement } from "../../lib/sources/agreement.ts";
import { SourcesRig } from "../sources/sources_rig.ts";

/** Bytes in the file, and what each of two servers has to deliver. */
const SIZE = 1_000;
const PORTION = 300;

/** Server1 sends 100 bytes a second, and Server2 is paused; both have as much to deliver. */
function reporter(): { rig: SourcesRig; progress: ProgressReporter } {
  const rig = new SourcesRig(2);
  rig.answer([1, 2], { size: SIZE });
  rig.source(2).pause(true);
  rig.sources.begin(() => false);
  const portion = [{ start: 0, end: PORTION }];
  const agreement = new Agreement(rig.sources);
  const { add } = rig.events;
  const progress = new ProgressReporter(
    add,
    rig.sources,
    agreement,
    { output: "out", pieceLength: 1 },
    () => portion,
  );
  return { rig, progress };
}

/** Has Server1 deliver 100 bytes a second for longer than its rate looks back. */
function deliver(rig: SourcesRig): void {
  const { figures } = rig.source(1);
  const start = performance.now() / 1_000;
  for (let seconds = 0; seconds <= 2; seconds += 0.5) {
    figures.sample(start + seconds);
    figures.deliver(50, start + seconds);
  }
}

function told({ events }: SourcesRig): { held: number; eta: number | null } {
  const event = events.entries.at(-1);
  if (event?.type !== "progress") throw new Error(`The last event is ${event?.type}`);
  return { held: event.held, eta: event.eta && Math.round(event.eta) };
}

Deno.test("ProgressReporter says how long what can move takes, and what paused servers hold", () => {
  const { rig, progress } = reporter();
  deliver(rig);
  progress.progress(2 * PORTION, new Int16Array(1));
  assertEquals(told(rig), { held: PORTION, eta: 3 });
});

Deno.test("ProgressReporter knows no time left once only a paused server has something to deliver", () => {
  const { rig, progress } = reporter();
  deliver(rig);
  progress.progress(PORTION, new Int16Array(1));
  assertEquals(told(rig), { held: PORTION, eta: null });
});

Deno.test("ProgressReporter knows no time left while nothing moves", () => {
  const { rig, progress } = reporter();
  progress.progress(2 * PORTION, new Int16Array(1));
  assertEquals(told(rig), { held: PORTION, eta: null });
});
