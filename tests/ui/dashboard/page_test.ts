import { Axe } from "./axe.ts";
import { assert, assertEquals } from "@std/assert";
import type { ServerState } from "../../../lib/ui/server/server_event.ts";
import { ClientDashboard } from "../../../lib/ui/dashboard/client_dashboard.ts";
import { Dashboard } from "../../../lib/ui/dashboard/dashboard.ts";
import { PIECE } from "../../../lib/ui/client/client_event.ts";
import { ServerDashboard } from "../../../lib/ui/dashboard/server_dashboard.ts";
import { hasBrowser, openPage } from "../../../testing/browser.ts";

const ANYWHERE = { hostname: "127.0.0.1", port: 0 };
const ignore = !hasBrowser();

/** Four servers whose buttons work. */
function fourServers(): ServerDashboard {
  const states: ServerState[] = ["sending", "sending", "paused", "listening"];
  return new ServerDashboard("film.mp4", {
    status: () =>
      states.map((state, at) => ({
        index: at + 1,
        address: `127.0.0.1:${60_000 + at}`,
        state,
        alive: true,
        sent: 10_000_000 * at,
        rate: state === "sending" ? 5_000_000 : 0,
        clients: 1,
      })),
    control(action, server) {
      states[server - 1] =
        ({ pause: "paused", resume: "sending", terminate: "terminated" } as const)[
          action
        ];
      return `Server${server}: ${states[server - 1]}`;
    },
  });
}

Deno.test(
  { name: "the page of mpserver pauses, resumes and terminates, asking first", ignore },
  async () => {
    await using dashboard = Dashboard.open(ANYWHERE, fourServers());
    await using page = await openPage(dashboard.url);
    const stateOf = (index: number) => page.locator("tbody tr").nth(index - 1).locator("td").nth(1);
    await page.getByRole("button", { name: "Pause Server1" }).click();
    await stateOf(1).getByText("paused").waitFor();
    await page.getByText("Server1: paused").waitFor();
    const focused = await page.evaluate("document.activeElement.getAttribute('aria-label')");
    assertEquals(focused, "Resume Server1");
    await page.getByRole("button", { name: "Resume Server1" }).click();
    await stateOf(1).getByText("sending").waitFor();
    await page.getByRole("button", { name: "Terminate Server3" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    assertEquals(await stateOf(3).textContent(), "paused");
    // By keyboard alone: the dialog takes the focus, Escape leaves it.
    await page.getByRole("button", { name: "Terminate Server3" }).press("Enter");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Terminate Server3" }).press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await stateOf(3).getByText("terminated").waitFor();
    assertEquals(await page.getByRole("button", { name: "Pause Server3" }).isDisabled(), true);
  },
);

Deno.test({
  name: "the page keeps its token out of the address, and says when it has none",
  ignore,
}, async () => {
  await using dashboard = Dashboard.open(ANYWHERE, fourServers());
  await using page = await openPage(dashboard.url);
  await page.getByText("Server4").first().waitFor();
  assert(!page.url().includes("#"));
  await page.reload();
  await page.getByText("Server4").first().waitFor();
  await using stranger = await openPage(new URL("/", dashboard.url).href);
  await stranger.getByText("has no valid token").waitFor();
});

Deno.test(
  { name: "the page of mpclient shows every piece in the colour of its source", ignore },
  async () => {
    const pieces = new Int16Array(64).fill(PIECE.missing).fill(1, 0, 16).fill(2, 16, 40);
    pieces[63] = PIECE.wrong;
    const model = new ClientDashboard();
    const servers = [1, 2].map((index) => ({ index, address: `127.0.0.1:${index}` }));
    const file = { name: "film.mp4", size: 64, output: "film.mp4", kept: 0, pieceLength: 1 };
    model.show({ type: "start", ...file, servers });
    const figures = { elapsed: 1, received: 40, completed: 40, rate: 40, held: 0, eta: 1 };
    model.show({ type: "progress", ...figures, servers: [], pieces });
    await using dashboard = Dashboard.open(ANYWHERE, model);
    await using page = await openPage(dashboard.url);
    await page.getByText("40 of 64 pieces: 1 wrong, 16 from Server1, 24 from Server2").waitFor();
    const colours = await page.locator("#piece-map").evaluate((canvas) => {
      const map = canvas as unknown as {
        getContext(
          kind: "2d",
        ): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8Array } };
      };
      return [0, 1, 20, 50].map((piece) => {
        const context = map.getContext("2d");
        return context.getImageData(piece * 14 + 4, 4, 1, 1).data.join();
      });
    });
    assertEquals(colours[0], colours[1]);
    assertEquals(new Set(colours).size, 3);
  },
);

Deno.test(
  { name: "the page of mpserver has its buttons in sight on a phone", ignore },
  async () => {
    await using dashboard = Dashboard.open(ANYWHERE, fourServers());
    await using page = await openPage(dashboard.url);
    await page.setViewportSize({ width: 390, height: 844 });
    for (const name of ["Pause Server1", "Resume Server3", "Terminate Server3"]) {
      const button = page.getByRole("button", { name });
      await button.waitFor();
      const box = await button.boundingBox();
      assert(box !== null && box.x >= 0 && box.x + box.width <= 390, `${name} is out of sight`);
    }
  },
);

Deno.test({ name: "the page of mpclient counts servers where they are many", ignore }, async () => {
  const model = new ClientDashboard();
  const servers = Array.from({ length: 64 }, (_, at) => ({ index: at + 1, address: `a:${at}` }));
  const file = { name: "film.mp4", size: 66, output: "film.mp4", kept: 1, pieceLength: 1 };
  model.show({ type: "start", ...file, servers });
  const figures = { elapsed: 1, received: 65, completed: 65, rate: 40, held: 0, eta: 1 };
  const pieces = Int16Array.from({ length: 66 }, (_, at) => at === 65 ? PIECE.kept : at);
  model.show({ type: "progress", ...figures, servers: [], pieces });
  await using dashboard = Dashboard.open(ANYWHERE, model);
  await using page = await openPage(dashboard.url);
  await page.getByText("65 of 66 pieces: 1 from an earlier run, 64 from 64 servers").waitFor();
});

for (const dark of [false, true]) {
  for (const width of [1000, 360]) {
    const name = `axe finds nothing on the page, ${dark ? "dark" : "light"}, ${width} pixels wide`;
    Deno.test({ name, ignore }, async () => {
      await using dashboard = Dashboard.open(ANYWHERE, fourServers());
      await using page = await openPage(dashboard.url, dark);
      await page.setViewportSize({ width, height: 700 });
      await page.getByText("Server4").first().waitFor();
      assertEquals(await new Axe(page).violations(), []);
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      assert(Number(overflow) <= 0, "the page is wider than the screen");
    });
  }
}
