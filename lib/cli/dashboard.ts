import type { ClientEvent } from "../ui/client/client_event.ts";
import { MultiportError } from "../multiport_error.ts";
import type { Servers } from "../server/servers.ts";
import type { Dashboard, DashboardAddress, DashboardModel } from "../ui/dashboard/dashboard.ts";
import { formatRecord } from "../ui/json_view.ts";
import { formatAddress } from "../addresses.ts";
import { executeConsoleCommand } from "./console_command.ts";
import type { Display } from "./options/display_options.ts";

/**
 * Opens the page of `mpserver`, whose buttons do what the console's commands do, and prints its link.
 *
 * @param print Shows a line, whatever else is on the screen.
 *
 * @throws {MultiportError} `usage` if it cannot listen there.
 */
export async function openServerDashboard(
  address: DashboardAddress,
  serving: Servers,
  display: Display,
  print: (line: string) => void,
): Promise<Dashboard> {
  const { ServerDashboard } = await import("../ui/dashboard/server_dashboard.ts");
  const names = [...new Set(serving.all.map(({ name }) => name))];
  const model = new ServerDashboard(names.join(", "), {
    status: () => serving.status(),
    control: (type, index) =>
      executeConsoleCommand(serving, { type, servers: [index] }).flatMap(({ lines }) => lines)
        .join("\n"),
  });
  return await open(address, model, display, print);
}

/** The page of `mpclient`: shows what happens, until it is closed. */
export interface ClientPage extends AsyncDisposable {
  show(event: ClientEvent): void;
}

/**
 * Opens the page of `mpclient` and prints its link.
 *
 * @param print Shows a line, whatever else is on the screen.
 *
 * @throws {MultiportError} `usage` if it cannot listen there.
 */
export async function openClientDashboard(
  address: DashboardAddress,
  display: Display,
  print: (line: string) => void,
): Promise<ClientPage> {
  const { ClientDashboard } = await import("../ui/dashboard/client_dashboard.ts");
  const model = new ClientDashboard();
  const dashboard = await open(address, model, display, print);
  return {
    show: (event) => model.show(event),
    [Symbol.asyncDispose]: () => dashboard[Symbol.asyncDispose](),
  };
}

async function open(
  address: DashboardAddress,
  model: DashboardModel,
  display: Display,
  print: (line: string) => void,
): Promise<Dashboard> {
  const { Dashboard } = await import("../ui/dashboard/dashboard.ts");
  const dashboard = listen(() => Dashboard.open(address, model), address);
  const { url } = dashboard;
  const line = display.form === "json"
    ? formatRecord({ type: "dashboard", url })
    : `Dashboard: ${url}`;
  print(line);
  return dashboard;
}

function listen(open: () => Dashboard, { hostname, port }: DashboardAddress): Dashboard {
  try {
    return open();
  } catch (error) {
    const where = formatAddress({ host: hostname, port });
    throw new MultiportError("usage", `Cannot open the dashboard at ${where}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "the port is taken";
  if (error instanceof Deno.errors.AddrNotAvailable) return "it is no address of this machine";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return error instanceof Error ? error.message : String(error);
}
