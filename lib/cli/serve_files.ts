import type { ServeOptions } from "../server/serve_options.ts";
import type { ServeEvent } from "../server/server_event.ts";
import type { Servers } from "../server/servers.ts";
import { JsonServerView } from "../ui/json_view.ts";
import type { OperatorView } from "../ui/server/operator_view.ts";
import type { WriteText } from "../ui/output.ts";
import { QuietServerView } from "../ui/server/quiet_server_view.ts";
import { ServerPlainView } from "../ui/server/server_plain_view.ts";
import { ServerView } from "../ui/server/server_view.ts";
import { adviseOnNotice } from "./advice.ts";
import { openServerDashboard } from "./dashboard.ts";
import { invitation } from "./invitation.ts";
import { openOperatorConsole } from "./operator_console.ts";
import { Foreground } from "./host/foreground.ts";
import { Interruption } from "./host/interruption.ts";
import { readToken } from "./options/read_token.ts";
import type { Scene } from "./program.ts";
import type { ServeCommand } from "./options/server_options.ts";
import { sceneDevice, sceneTraits } from "./scene_terminal.ts";

/** Starts one server per port; see `mod.ts`. */
export type Serve = (options: ServeOptions) => Promise<Servers>;

/** Seconds between two looks at the figures. */
const DEFAULT_INTERVAL = 1;

/**
 * Serves until nothing is left to do, the operator quits or the program is stopped, and shows it in
 * the form that was asked for.
 *
 * @throws {MultiportError} As starting the servers does.
 * @throws {Interruption} When the program was stopped, but by SIGTERM.
 *
 * @example
 * ```ts
 * await serveFiles(command, scene, serve);
 * ```
 */
export async function serveFiles(
  { options, display, tokenFile }: ServeCommand,
  scene: Scene,
  serve: Serve,
): Promise<void> {
  const traits = sceneTraits(scene, display);
  const interval = display.form === "quiet" ? 0 : display.interval ?? DEFAULT_INTERVAL;
  const write: WriteText = (text, kind) => scene.output.write(text, kind);
  const foreground = display.form === "text" && traits.live
    ? new Foreground(scene.host, interval * 1000)
    : undefined;
  const live = foreground && new ServerView(sceneDevice(scene, foreground), traits, interval > 0);
  const view = live ?? plainView();
  if (live) scene.host.onResize(() => live.refresh());
  foreground?.onFront((wasAway) => wasAway ? live?.restart() : live?.refresh());
  scene.atEnd(() => view.close());

  const token = readToken(tokenFile, scene.host);
  const watchClients = live !== undefined;
  const onEvent = (event: ServeEvent) =>
    view.show(
      event.type === "notice" ? { ...event, message: adviseOnNotice(event) } : event,
    );
  const serving = await serve({ ...options, token, watchClients, onEvent });
  if (options.tlsCert !== undefined) scene.onHangUp = () => serving.renewCertificate();
  live?.reply({ command: "help", ok: true, lines: invitation(options.allow, serving) });
  const showStatus = () =>
    view.show({ type: "status", servers: serving.status(), clients: serving.clients() });
  const stopTicking = interval > 0 ? scene.host.every(interval * 1000, showStatus) : () => {};
  let page: AsyncDisposable | undefined;
  try {
    page = display.dashboard &&
      await openServerDashboard(display.dashboard, serving, display, print);
    openOperatorConsole(scene, serving, view, live && foreground && { view: live, foreground });
    await Promise.race([serving.finished, stop(scene.stopped)]);
  } finally {
    stopTicking();
    await Promise.all([serving.close(), page?.[Symbol.asyncDispose]()]);
    // Only now the figures are final.
    if (interval > 0) showStatus();
  }

  function print(line: string): void {
    if (live) live.show({ type: "notice", message: line });
    else write(`${line}\n`, "news");
  }

  function plainView(): OperatorView {
    if (display.form === "quiet") return new QuietServerView(write);
    if (display.form === "json") return new JsonServerView(write);
    return new ServerPlainView(write);
  }
}

/** Resolves when a service manager ends the program, which is no accident; rejects for everybody else. */
function stop(stopped: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      const { reason } = stopped;
      if (reason instanceof Interruption && reason.signal === "SIGTERM") resolve();
      else reject(reason);
    };
    if (stopped.aborted) end();
    stopped.addEventListener("abort", end, { once: true });
  });
}
