import type { Client } from "../../testing/client.ts";
import { delay } from "../../testing/delay.ts";
import type { Cast } from "./cast.ts";
import type { Intervention } from "./scenario.ts";
import type { Tally } from "./tally.ts";

/** Milliseconds from one look at the figures to the next. */
const LOOK_MS = 100;

/**
 * Does what is due while a client is at work, and takes it back when it is time to.
 *
 * @param interventions What is to be done, in order; what has been done is taken out.
 */
export async function intervene(
  interventions: Intervention[],
  client: Client,
  cast: Cast,
  tally: Tally,
): Promise<void> {
  const undoing: Promise<void>[] = [];
  for (let next = interventions[0]; next !== undefined; next = interventions[0]) {
    if (!await client.completes(next.at)) break;
    interventions.shift();
    tally.count(next.kind);
    const undo = await act(next, client, cast);
    if (undo !== undefined) undoing.push(lasting(next, client).then(undo));
  }
  await Promise.all(undoing);
}

/** Until it is time to take it back. */
async function lasting({ kind, duration }: Intervention, client: Client): Promise<void> {
  // A client that is stopped shows no figures.
  if (kind === "freeze client") await delay(duration * LOOK_MS, client.end());
  else await client.passes(duration);
}

/** Does it; answers what takes it back, if anything does. */
async function act(
  { kind, process: at, server: offset }: Intervention,
  client: Client,
  cast: Cast,
): Promise<(() => Promise<void>) | undefined> {
  const server = cast.process(at);
  const index = offset + 1;
  switch (kind) {
    case "pause":
      await server.tryToType(`${index}`);
      return () => server.tryToType(`r${index}`);
    case "terminate":
      await server.tryToType(`${index} e${index}`);
      return undefined;
    case "kill server":
      server.kill("SIGKILL");
      return () => cast.restart(at);
    case "freeze server":
      server.kill("SIGSTOP");
      return () => Promise.resolve(server.kill("SIGCONT"));
    case "kill client":
      client.kill("SIGKILL");
      return undefined;
    case "freeze client":
      client.kill("SIGSTOP");
      return () => Promise.resolve(client.kill("SIGCONT"));
    case "stop client":
      client.kill("SIGINT");
      return undefined;
  }
}
