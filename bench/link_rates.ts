import { runCommand } from "../testing/command.ts";
import { inNamespace } from "./namespace.ts";
import type { Network } from "./network.ts";
import { Service } from "./service.ts";
import { has, type Workbench } from "./workbench.ts";

const PORT = 5201;
const SECONDS = 2;

/**
 * What the links deliver when nothing is in the way, all of them at once, in bits of payload per second;
 * undefined where iperf3 is not installed.
 */
export async function linkRates(
  network: Network,
  { scratch, signal }: Workbench,
): Promise<number[] | undefined> {
  if (!has("iperf3")) return undefined;
  await using stack = new AsyncDisposableStack();
  for (const { namespace } of network.links) {
    const argv = ["iperf3", "--server", "--port", `${PORT}`];
    const service = stack.use(new Service({ argv, namespace, tmpdir: scratch.path("tmp") }));
    await service.ready(() => listens(namespace), signal);
  }
  return await Promise.all(network.links.map(async ({ address }) => {
    const test = ["--client", address, "--reverse", "--time", `${SECONDS}`, "--json"];
    const argv = inNamespace(network.client, ["iperf3", "--port", `${PORT}`, ...test]);
    return JSON.parse(await runCommand(argv)).end.sum_received.bits_per_second;
  }));
}

/** Asking iperf3 itself would be a test. */
async function listens(namespace: string): Promise<boolean> {
  const argv = ["ss", "--no-header", "--listening", "--tcp", `sport = :${PORT}`];
  return (await runCommand(inNamespace(namespace, argv))).trim() !== "";
}
