import { assert, assertEquals, assertRejects } from "@std/assert";
import { followStates } from "../../lib/sources/server_states.ts";
import { MAX_EVENT_LINE_BYTES } from "../../lib/sources/limits.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { connectTo, type Peer, ScriptedServer } from "./scripted_server.ts";

const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

/** What a client hears of a stream that the server makes, until it ends the connection. */
async function heard(say: (peer: Peer) => Promise<void>, silenceMs?: number): Promise<string[]> {
  await using server = new ScriptedServer();
  using connection = await connectTo(server);
  const states = Array.fromAsync(followStates(connection, silenceMs));
  states.catch(() => {}); // It may end while the server has still something to say.
  const peer = await server.peer();
  assert((await peer.request())?.startsWith("GET /.multiport/events HTTP/1.1\r\n"));
  await say(peer);
  return await states;
}

Deno.test("followStates() tells the states as they come, and ends with the connection", async () => {
  const states = await heard(async (peer) => {
    await peer.send(`${HEAD}event: state\ndata: {"state":"listening"}\n\n: alive\n\n`);
    await peer.send('data:{"state":"paused"}\r\n\r\n');
    peer.close();
  });
  assertEquals(states, ["listening", "paused"]);
});

Deno.test("followStates() puts lines and characters together that arrive in parts", async () => {
  await using server = new ScriptedServer();
  using connection = await connectTo(server);
  const states = followStates(connection);
  const first = states.next();
  const peer = await server.peer();
  const cut = new TextEncoder().encode('data: {"state":"pausé"}\n\n');
  const middle = cut.indexOf(0xc3) + 1;
  await peer.send(`${HEAD}data: {"state":"sending"}\n\n`);
  await peer.send(cut.subarray(0, middle));
  assertEquals((await first).value, "sending");
  const second = states.next();
  await peer.send(cut.subarray(middle));
  assertEquals((await second).value, "pausé");
  await states.return(undefined);
});

Deno.test("followStates() lets through what it does not know", async () => {
  const states = await heard(async (peer) => {
    const odd = ["data", "data:", "data: {", "data: 5", "data: null", 'data: {"state":5}', "id: 1"];
    await peer.send(`${HEAD}${odd.join("\n")}\ndata: {"state":"paused","more":[]}\n\n`);
    peer.close();
  });
  assertEquals(states, ["paused"]);
});

Deno.test("followStates() gives up on a server without such a stream", async () => {
  const none = heard(async (peer) => await peer.answer(404, ""));
  await assertRejects(() => none, LostError, "no events stream");
  const nothing = heard((peer) => Promise.resolve(peer.close()));
  await assertRejects(() => nothing, LostError, "no events stream");
});

Deno.test("followStates() gives up on a line without end", async () => {
  const endless = heard(async (peer) =>
    await peer.send(HEAD + "x".repeat(MAX_EVENT_LINE_BYTES + 1))
  );
  await assertRejects(() => endless, LostError, "makes no sense");
});

Deno.test("followStates() gives up on a server that gives no sign of life", async () => {
  const silent = heard(async (peer) => {
    await peer.send(`${HEAD}: alive\n\n`);
    await peer.gone();
  }, 20);
  await assertRejects(() => silent, Deno.errors.TimedOut);
});

Deno.test("followStates() ends for who stops listening", async () => {
  await using server = new ScriptedServer();
  using connection = await connectTo(server);
  const states = followStates(connection);
  const first = states.next();
  const peer = await server.peer();
  await peer.send(`${HEAD}data: {"state":"paused"}\n\n`);
  assertEquals(await first, { done: false, value: "paused" });
  assertEquals(await states.return(undefined), { done: true, value: undefined });
});

Deno.test("followStates() does not read a flood", async () => {
  // No more than the system takes for a client that has stopped reading.
  const flood = heard(async (peer) => await peer.send(HEAD + ":\n\n".repeat(50_000)));
  await assertRejects(() => flood, LostError, "far more than there can be");
});
