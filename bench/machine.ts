import { findProgram, runCommand } from "../testing/command.ts";
import { MPCLIENT } from "./peers/programs.ts";
import type { Scratch } from "./scratch.ts";
import { PACKAGES, type Peer } from "./workbench.ts";

/** How each peer is asked for its version. */
const VERSION_ARGS: Readonly<Record<Peer, string>> = {
  aria2c: "--version",
  axel: "--version",
  curl: "--version",
  nginx: "-v",
  iperf3: "--version",
  ip: "-V",
};

/** What the report begins with: on what, with what, when and by which command it was measured. */
export async function machineHeader(args: readonly string[], scratch: Scratch): Promise<string> {
  const memory = /^MemTotal:\s+(\d+) kB$/m.exec(read("/proc/meminfo"))?.[1] ?? "0";
  const [load = 0] = Deno.loadavg();
  const lines = [
    ["machine", `${cpuModel()}, ${navigator.hardwareConcurrency} cores, ${gigabytes(memory)} GB`],
    ["system", `${distribution()}, Linux ${Deno.osRelease()}`],
    ["TCP congestion control", read("/proc/sys/net/ipv4/tcp_congestion_control").trim()],
    ["files", scratch.onDisk === undefined ? "in memory (tmpfs)" : `on disk: ${scratch.onDisk}`],
    ["versions", (await versions()).join(", ")],
    ["date", new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC"],
    ["load before", load.toFixed(2)],
    ["command", `\`${["deno task bench", ...args].join(" ")}\``],
  ];
  return lines.map(([name, value]) => `- ${name}: ${value}`).join("\n");
}

async function versions(): Promise<string[]> {
  const installed = (Object.keys(PACKAGES) as Peer[]).filter((peer) => findProgram(peer));
  const peers = installed.map(async (peer) => {
    const said = await runCommand([peer, VERSION_ARGS[peer]]).catch(() => "");
    return `${PACKAGES[peer]} ${versionIn(said)}`;
  });
  const ours = await runCommand([MPCLIENT, "--version"]);
  return [`Multiport ${versionIn(ours)}`, `Deno ${Deno.version.deno}`, ...await Promise.all(peers)];
}

function versionIn(said: string): string {
  return /\d+(?:\.\d+)+/.exec(said)?.[0] ?? "?";
}

function cpuModel(): string {
  return /^model name\s*:\s*(.*)$/m.exec(read("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
}

function distribution(): string {
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(read("/etc/os-release"))?.[1] ?? "Linux";
}

function gigabytes(kibibytes: string): string {
  return (Number(kibibytes) * 1024 / 1e9).toFixed(0);
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
