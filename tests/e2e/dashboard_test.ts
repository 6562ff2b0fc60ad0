import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { freePlace } from "../../testing/loopback.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

/** A page's updates, asked for with the token of its link. */
async function* updatesOf(link: string): AsyncGenerator<Record<string, unknown>> {
  const { origin, hash } = new URL(link);
  const headers = { Authorization: `Bearer ${hash.slice(1)}` };
  const { body } = await fetch(`${origin}/updates`, { headers });
  let text = "";
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      if (event.startsWith("data: ")) yield JSON.parse(event.slice("data: ".length));
    }
  }
}

/** The link that a program prints as an object, which is no event of the library. */
async function linkOf(program: Client | Server): Promise<string> {
  const isLink = (event: object) => "url" in event;
  const event = program instanceof Client
    ? await program.event(isLink)
    : await program.event(isLink);
  return (event as unknown as { readonly url: string }).url;
}

Deno.test("mpclient --dashboard shows a download until it is done", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", 8 * MIB);
  await using server = await Server.start([file], { rate: 2 * MIB });
  const more = ["--dashboard", "0"];
  await using client = new Client(scratch.path("copy"), server.addresses, more);
  let last: Record<string, unknown> | undefined;
  let pieces = 0;
  for await (const update of updatesOf(await linkOf(client))) {
    if (update.pieces) pieces = (update.pieces as { count: number }).count;
    if (update.figures) last = update.figures as Record<string, unknown>;
  }
  await client.finishes();
  assertEquals([last?.title, last?.over, last?.progress, pieces], ["film.mp4", true, 1, 8]);
});

Deno.test("mpserver --dashboard pauses a server for who has the token", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  await using server = await Server.start([file], { more: ["--dashboard", "0"] });
  const { origin, hash } = new URL(await linkOf(server));
  const ask = (token: string) =>
    fetch(`${origin}/control`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify({ action: "pause", server: 1 }),
    });
  const refused = await ask("guess");
  await refused.body?.cancel();
  assertEquals(refused.status, 401);
  const done = await ask(hash.slice(1));
  assertEquals(await done.text(), "Server1 paused");
  assert(await server.event(({ type }) => type === "server"));
});

Deno.test("mpserver --dashboard listens where it was told to, whatever Deno was told", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  const { host, ports: [port = 0] } = freePlace(1);
  for (const address of [`tcp:${host}:${port}`, `duplicate,tcp:${host}:${port}`]) {
    await using server = await Server.start([file], {
      more: ["--dashboard", "0"],
      env: { DENO_SERVE_ADDRESS: address },
    });
    const { hostname, port: chosen } = new URL(await linkOf(server));
    assertEquals(hostname, "127.0.0.1");
    using _page = await Deno.connect({ hostname, port: Number(chosen) });
    await assertRejects(
      () => Deno.connect({ hostname: host, port }),
      Deno.errors.ConnectionRefused,
    );
  }
});
