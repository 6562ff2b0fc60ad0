import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type ControlAction,
  Dashboard,
  type DashboardModel,
  type Figures,
} from "../../../lib/ui/dashboard/dashboard.ts";
import { PIECE } from "../../../lib/ui/client/client_event.ts";
import { changedRuns } from "../../../lib/ui/dashboard/piece_runs.ts";

/** A dashboard of two servers, and what its buttons asked for. */
class Rig implements DashboardModel, AsyncDisposable {
  readonly asked: [ControlAction, number][] = [];
  readonly map = Int16Array.of(PIECE.missing, 1, 1, 2);
  readonly #dashboard = Dashboard.open({ hostname: "127.0.0.1", port: 0 }, this);
  readonly origin = new URL(this.#dashboard.url).origin;
  readonly token = new URL(this.#dashboard.url).hash.slice(1);

  figures(): Figures {
    return {
      title: "film.mp4",
      headline: "1.0 MiB/s",
      columns: ["Sent"],
      controls: true,
      servers: [1, 2].map((index) => ({
        index,
        address: `127.0.0.1:6000${index}`,
        state: "sending",
        rate: 1,
        numbers: ["1 B"],
      })),
    };
  }

  history() {
    return [{ index: 1, rates: [1, 2, 3] }];
  }

  pieces() {
    return this.map;
  }

  control(action: ControlAction, server: number): string {
    this.asked.push([action, server]);
    return `Server${server}: ${action}`;
  }

  ask(path: string, options: RequestInit = {}, token = this.token): Promise<Response> {
    return fetch(this.origin + path, { ...options, headers: { Authorization: `Bearer ${token}` } });
  }

  update(): void {
    this.#dashboard.update();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#dashboard[Symbol.asyncDispose]();
  }
}

/** The objects of an events stream, as they come. */
async function* updatesOf(response: Response): AsyncGenerator<Record<string, unknown>> {
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      if (event.startsWith("data: ")) yield JSON.parse(event.slice("data: ".length));
    }
  }
}

Deno.test("Dashboard serves a page without any foreign resource", async () => {
  await using rig = new Rig();
  for (const path of ["/", "/page.js", "/style.css", "/plot.js", "/piece_map.js", "/colours.js"]) {
    const response = await fetch(rig.origin + path);
    const text = await response.text();
    assertEquals(response.status, 200, path);
    assertStringIncludes(
      response.headers.get("content-security-policy") ?? "",
      "default-src 'none'",
    );
    assert(
      !/https?:|\bstyle="|\bon[a-z]+="/.test(text),
      `${path} names something foreign or inline`,
    );
  }
});

Deno.test("Dashboard tells nothing and does nothing without the token", async () => {
  await using rig = new Rig();
  const body = JSON.stringify({ action: "pause", server: 1 });
  for (const token of ["", "x", rig.token.slice(1), rig.token.toUpperCase() + "A"]) {
    for (const path of ["/updates", "/control"]) {
      const options = path === "/control" ? { method: "POST", body } : {};
      const response = await rig.ask(path, options, token);
      await response.body?.cancel();
      assertEquals(response.status, 401, `${path} with ${token}`);
    }
  }
  assertEquals(rig.asked, []);
});

Deno.test("Dashboard does what a button asks for, and nothing that makes no sense", async () => {
  await using rig = new Rig();
  const post = (body: string) => rig.ask("/control", { method: "POST", body });
  const done = await post(JSON.stringify({ action: "pause", server: 2 }));
  assertEquals([done.status, await done.text()], [200, "Server2: pause"]);
  for (
    const body of [
      "",
      "{}",
      "null",
      '{"action":"quit","server":1}',
      '{"action":"pause"}',
      "[".repeat(2_000),
    ]
  ) {
    const refused = await post(body);
    await refused.body?.cancel();
    assertEquals(refused.status, 400, body.slice(0, 40));
  }
  const asked = await rig.ask("/control");
  await asked.body?.cancel();
  assertEquals(asked.status, 405);
  assertEquals(rig.asked, [["pause", 2]]);
});

Deno.test("Dashboard sends the whole state first, then what has changed", async () => {
  await using rig = new Rig();
  const updates = updatesOf(await rig.ask("/updates"));
  assertEquals((await updates.next()).value, { history: [{ index: 1, rates: [1, 2, 3] }] });
  const first = (await updates.next()).value;
  assertEquals(first?.figures, JSON.parse(JSON.stringify(rig.figures())));
  assertEquals(first?.pieces, { count: 4, runs: [1, 2, 1, 3, 1, 2] });
  rig.map[0] = 2;
  rig.update();
  assertEquals((await updates.next()).value, { pieces: { count: 4, runs: [0, 1, 2] } });
  await updates.return(undefined);
});

Deno.test("Dashboard bounds how many pages it keeps up to date", async () => {
  await using rig = new Rig();
  const open: Response[] = [];
  for (;;) {
    const response = await rig.ask("/updates");
    open.push(response);
    if (response.status === 503) break;
    assert(open.length < 100);
  }
  for (const { body } of open) await body?.cancel();
});

Deno.test("changedRuns() tells every change and no more", () => {
  const before = Int16Array.of(0, 0, 1, 1, 0, 3);
  const now = Int16Array.of(0, 2, 2, 1, -1, 3);
  assertEquals(changedRuns(before, now), [1, 2, 2, 4, 1, -1]);
  assertEquals(changedRuns(now, now), []);
  assertEquals(changedRuns(new Int16Array(0), Int16Array.of(0, 0, 5)), [2, 1, 5]);
});
