import { Foreground } from "../../lib/cli/host/foreground.ts";
import { denoHost, type Host } from "../../lib/cli/host/host.ts";
import { runServer } from "../../lib/cli/run_server.ts";
import { sceneDevice } from "../../lib/cli/scene_terminal.ts";
import { serveFiles } from "../../lib/cli/serve_files.ts";
import { delay } from "../../lib/delay.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { serve } from "../../lib/server/serve.ts";
import { formatBytes, formatRate } from "../../lib/ui/format_figures.ts";
import { UNICODE_GLYPHS } from "../../lib/ui/terminal/glyphs.ts";
import { Output } from "../../lib/ui/output.ts";
import { type Region, Screen, type ScreenSize } from "../../lib/ui/terminal/screen.ts";
import type { TerminalTraits } from "../../lib/ui/terminal/terminal_traits.ts";
import { Pane } from "./pane.ts";
import { type Play, runClientWithActs, SERVERS } from "./play.ts";
import { ASCII_BORDERS, drawPanes, splitLayout, UNICODE_BORDERS } from "./split_layout.ts";

/** Milliseconds between two keys that the operator presses. */
const KEY_MS = 150;
/** Milliseconds between two frames, more or less. */
const FRAME_MS = 200;
/** Milliseconds after which the operator quits again, should servers have had clients still. */
const QUIT_AGAIN_MS = 1_000;

/**
 * Shows both programs at the same time, each in a terminal of its own, and the operator at work in
 * that of the server.
 *
 * @returns The client's exit code.
 */
export async function playInSplitScreen(
  play: Play,
  traits: TerminalTraits,
  host: Host = denoHost,
): Promise<number> {
  const { name, size, rate, copy } = play;
  let caption = `${formatBytes(size)}, held to ${formatRate(rate)} a server: something to see`;
  let ports: readonly string[] = [];
  const borders = traits.glyphs === UNICODE_GLYPHS ? UNICODE_BORDERS : ASCII_BORDERS;
  const output = new Output((bytes) => host.stdout.write(bytes));
  const foreground = new Foreground(host, FRAME_MS);
  const device = sceneDevice({ host, output }, foreground);
  const screen = new Screen(device, traits, (room) => draw(room));
  const refresh = () => screen.refresh();
  const layout = splitLayout(host.size());
  const panes = {
    server: new Pane(layout.first, refresh),
    client: new Pane(layout.second, refresh),
  };
  host.onResize(refresh);
  const stopped = new AbortController();
  host.onStop((signal) => {
    stopped.abort();
    for (const pane of [panes.client, panes.server]) pane.stop(signal);
  });
  foreground.onFront((wasAway) => wasAway ? screen.restart() : screen.refresh());

  /** Resolves when the operator has typed all that was to be typed. */
  let typing = Promise.resolve();
  const type = (line: string) =>
    typing = typing.then(() => typeSlowly(panes.server, line, stopped.signal));

  const server = runServers(play, panes.server);
  try {
    ports = await server.ports;
    const code = await runClientWithActs(play, ports, panes.client.host, ({ typed, says }) => {
      caption = says;
      type(typed);
    });
    caption = "quit: all servers end";
    const over = AbortSignal.any([stopped.signal, server.over]);
    while (!over.aborted) {
      await type("q");
      await delay(QUIT_AGAIN_MS, over);
    }
    await server.ended;
    caption = "";
    return code;
  } finally {
    screen.close((room) => draw(room));
    await output.flush();
  }

  function draw(room: ScreenSize): Region {
    const layout = splitLayout(room);
    panes.server.resize(layout.first);
    panes.client.resize(layout.second);
    const list = ports.join(" ");
    const first = { title: `$ mpserver -f ${name} -p ${list}`, lines: panes.server.lines };
    const second = { title: `$ mpclient -o ${copy} -p ${list}`, lines: panes.client.lines };
    return { lines: drawPanes(layout, first, second, caption, borders) };
  }
}

/** Runs the servers until their operator quits. */
function runServers({ file, rate }: Play, { host }: Pane) {
  const { promise: ports, resolve, reject } = Promise.withResolvers<readonly string[]>();
  const args = ["-f", file, "-p", ...Array<string>(SERVERS).fill("0"), "--limit-rate", `${rate}`];
  const ended = runServer(
    args,
    host,
    () =>
      Promise.resolve((command, scene) =>
        serveFiles(command, scene, async (options) => {
          const servers = await serve(options);
          resolve(servers.all.map(({ address }) => address.split(":").at(-1) ?? ""));
          return servers;
        })
      ),
  );
  const over = new AbortController();
  ended.then(() => {
    over.abort();
    reject(new MultiportError("unreachable", "Cannot go on: the server has ended"));
  }, reject);
  return { ports, ended, over: over.signal };
}

async function typeSlowly(pane: Pane, line: string, signal: AbortSignal): Promise<void> {
  for (const key of `${line}\r`) {
    pane.type(key);
    await delay(KEY_MS, signal);
  }
}
