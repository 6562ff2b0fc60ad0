import { assertEquals, assertRejects } from "@std/assert";
import {
  FAVOURED_ANSWERS,
  FAVOURED_CONNECTIONS,
  PROVEN_BYTES,
  TURN_BYTES,
} from "../../../lib/server/limits.ts";
import { ClientGoneError } from "../../../lib/server/port/client_socket.ts";
import { SendTurns } from "../../../lib/server/port/send_turns.ts";
import { beforeDeadline } from "../../../testing/deadline.ts";

const MIB = 1024 * 1024;

/** Turns per second: whoever has to wait does so for longer than any test. */
const HARDLY = 1e-6;

/** A connection that takes nothing until it is told to. */
class FakeSender {
  readonly client: string;
  writtenBytes = 0;
  released: Promise<void> | undefined;
  readonly #ended = new AbortController();

  constructor(client: string) {
    this.client = client;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  close(): void {
    this.#ended.abort();
  }
}

/** Connections of one address, as many of which have been sent something as are favoured. */
class Crowd implements Disposable {
  readonly turns: SendTurns;
  /** Those that are favoured come first. */
  readonly senders: FakeSender[] = [];

  private constructor(perSec: number) {
    this.turns = new SendTurns(perSec);
  }

  static async gather(perSec: number): Promise<Crowd> {
    const crowd = new Crowd(perSec);
    for (let count = 0; count < FAVOURED_CONNECTIONS; count++) {
      assertEquals(await sentNow(crowd.turns.turn(crowd.sender(), MIB)), MIB);
    }
    // There is one turn that nobody has used.
    assertEquals(await sentNow(crowd.turns.turn(crowd.sender(), MIB)), TURN_BYTES);
    return crowd;
  }

  /** One of those that are favoured. */
  get first(): FakeSender {
    return this.senders[0] as FakeSender;
  }

  /** One more. */
  sender(client = "192.0.2.1"): FakeSender {
    const sender = new FakeSender(client);
    this.senders.push(sender);
    return sender;
  }

  /** Whether it can be sent to at once. */
  async favours(sender: FakeSender): Promise<boolean> {
    return await sentNow(this.turns.turn(sender, MIB)) === MIB;
  }

  [Symbol.dispose](): void {
    for (const sender of this.senders) sender.close();
  }
}

/** What may be sent, once everything else that is due has happened; undefined if its turn has not come. */
async function sentNow(turn: Promise<number>): Promise<number | undefined> {
  let bytes: number | undefined;
  turn.then((most) => bytes = most, () => {});
  await new Promise((resolve) => setTimeout(resolve));
  return bytes;
}

Deno.test("SendTurns favours a few connections of each address, and has the others wait", async () => {
  using crowd = await Crowd.gather(HARDLY);
  assertEquals(await crowd.favours(crowd.first), true);
  assertEquals(await crowd.favours(crowd.sender()), false);
  assertEquals(await crowd.favours(crowd.sender("192.0.2.2")), true, "another address");
});

Deno.test("SendTurns favours the next connection when one has taken enough, and that one for good", async () => {
  using crowd = await Crowd.gather(HARDLY);
  crowd.first.writtenBytes = PROVEN_BYTES;
  assertEquals(await crowd.favours(crowd.first), true);
  assertEquals(await crowd.favours(crowd.sender()), true, "the next one");
  assertEquals(await crowd.favours(crowd.sender()), false, "the one after it");
  assertEquals(await crowd.favours(crowd.first), true, "the first one");
});

Deno.test("SendTurns favours who has waited longest as soon as there is room", async () => {
  using crowd = await Crowd.gather(HARDLY);
  const turn = crowd.turns.turn(crowd.sender(), MIB);
  assertEquals(await crowd.favours(crowd.sender()), false);
  crowd.first.close();
  assertEquals(await sentNow(turn), MIB);
});

Deno.test("SendTurns favours the next connection when one has taken enough and asks for no more", async () => {
  using crowd = await Crowd.gather(HARDLY);
  crowd.first.writtenBytes = PROVEN_BYTES;
  assertEquals(await crowd.favours(crowd.sender()), true);
});

Deno.test("SendTurns gives turns to those that are not favoured", async () => {
  using crowd = await Crowd.gather(1_000);
  const turn = crowd.turns.turn(crowd.sender(), MIB);
  assertEquals(await beforeDeadline(turn, () => "a turn"), TURN_BYTES);
});

Deno.test("SendTurns favours the next connection only when the system has let go of a closed one", async () => {
  using crowd = await Crowd.gather(HARDLY);
  const { promise, resolve } = Promise.withResolvers<void>();
  crowd.first.released = promise;
  crowd.first.close();
  const turn = crowd.turns.turn(crowd.sender(), MIB);
  assertEquals(await sentNow(turn), undefined);
  resolve();
  assertEquals(await sentNow(turn), MIB);
});

Deno.test("SendTurns favours the next connection when one only follows the state, which was sent little", async () => {
  using crowd = await Crowd.gather(HARDLY);
  const { first } = crowd;
  first.writtenBytes = MIB;
  crowd.turns.leave(first);
  const turn = crowd.turns.turn(crowd.sender(), MIB);
  assertEquals(await sentNow(turn), undefined);
  first.writtenBytes = 1_000;
  crowd.turns.leave(first);
  assertEquals(await sentNow(turn), MIB);
});

Deno.test("SendTurns favours nobody for good who asks for much and does not take it", async () => {
  using crowd = await Crowd.gather(HARDLY);
  const { first } = crowd;
  for (let send = 1; send < FAVOURED_ANSWERS; send++) {
    assertEquals(await sentNow(crowd.turns.turn(first, 1)), 1);
  }
  assertEquals(await crowd.favours(first), false);
  crowd.senders[1]?.close();
  assertEquals(await crowd.favours(crowd.sender()), true, "another one in its place");
  assertEquals(await crowd.favours(first), false);
});

Deno.test("SendTurns keeps nobody waiting that has gone", async () => {
  using crowd = await Crowd.gather(HARDLY);
  const sender = crowd.sender();
  const turn = crowd.turns.turn(sender, MIB);
  sender.close();
  await assertRejects(() => beforeDeadline(turn, () => "the end of a turn"), ClientGoneError);
  await assertRejects(() => crowd.turns.turn(sender, MIB), ClientGoneError);
  crowd.first.close();
  assertEquals(await crowd.favours(crowd.sender()), true, "who is still there");
});
