import type { FaultKind } from "../../testing/fault.ts";
import { FaultProxy } from "../../testing/fault_proxy.ts";
import { freePlace, type Place } from "../../testing/loopback.ts";
import type { Namespace } from "../../testing/namespace.ts";
import { HAS_PRIVATE_HOSTS, privateHosts } from "../../testing/private_hosts.ts";
import { flipByte, type Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { randomFaults } from "./random_fault.ts";
import type { ProcessScenario, Scenario } from "./scenario.ts";

/** The server processes of a scenario and the proxies before them. */
export class Cast implements AsyncDisposable {
  readonly #scenario: Scenario;
  readonly #files: readonly string[];
  readonly #places: readonly Place[];
  readonly #processes: Server[] = [];
  readonly #proxies: FaultProxy[] = [];
  /** The last restart of each process: one that was killed twice is started twice, in turn. */
  readonly #restarts = new Map<number, Promise<void>>();
  #view: Namespace | undefined;
  /** Where clients are to connect to. */
  readonly addresses: string[] = [];

  private constructor(scenario: Scenario, files: readonly string[]) {
    this.#scenario = scenario;
    this.#files = files;
    this.#places = scenario.processes.map(({ servers }) => freePlace(servers));
  }

  /** @param file The right one. */
  static async start(scenario: Scenario, scratch: Scratch, file: string): Promise<Cast> {
    const files = await Promise.all(
      scenario.processes.map((process, at) => copyFor(process, scratch, file, at)),
    );
    const cast = new Cast(scenario, files);
    try {
      for (const at of scenario.processes.keys()) await cast.#enter(at);
      if (scenario.hasNames && HAS_PRIVATE_HOSTS) await cast.#name(scratch.folder);
      return cast;
    } catch (error) {
      await cast[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The command that starts clients where the servers' names are known. */
  get within(): readonly string[] {
    return this.#view?.within ?? [];
  }

  /** One of the processes, by its number from 0. */
  process(at: number): Server {
    return this.#processes[at] as Server;
  }

  /** Starts a process that has ended again, where it was. */
  restart(at: number): Promise<void> {
    const earlier = this.#restarts.get(at) ?? Promise.resolve();
    const restart = earlier.then(() => this.#restart(at));
    this.#restarts.set(at, restart);
    return restart;
  }

  async #restart(at: number): Promise<void> {
    await this.#processes[at]?.[Symbol.asyncDispose]();
    this.#processes[at] = await this.#start(at);
  }

  /** How often each fault was injected by any of the proxies. */
  get injected(): Map<FaultKind, number> {
    const sums = new Map<FaultKind, number>();
    for (const { injected } of this.#proxies) {
      for (const [kind, times] of injected) sums.set(kind, (sums.get(kind) ?? 0) + times);
    }
    sums.delete("none");
    return sums;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const view = this.#view === undefined ? [] : [this.#view];
    const parts = [...this.#proxies, ...this.#processes, ...view];
    await Promise.all(parts.map((part) => part[Symbol.asyncDispose]()));
  }

  async #enter(at: number): Promise<void> {
    const server = this.#processes[at] = await this.#start(at);
    for (const [index, address] of server.addresses.entries()) {
      const proxy = this.#scenario.processes[at]?.proxies[index];
      if (proxy === undefined) {
        this.addresses.push(address);
        continue;
      }
      const started = await FaultProxy.start(address, randomFaults(proxy), proxy.limit);
      this.#proxies.push(started);
      this.addresses.push(started.address);
    }
  }

  /** Gives every server a name of two addresses, of which the first is dead. */
  async #name(folder: string): Promise<void> {
    const hosts: string[] = [];
    for (const [at, address] of this.addresses.entries()) {
      const [host = "", port = ""] = address.split(":");
      const name = nameOf(at);
      hosts.push(`${freePlace(0).host} ${name}`, `${host} ${name}`);
      this.addresses[at] = `${name}:${port}`;
    }
    this.#view = await privateHosts(folder, hosts);
  }

  #start(at: number): Promise<Server> {
    const { rate, processes } = this.#scenario;
    const count = processes.reduce((sum, { servers }) => sum + servers, 0);
    // On loopback they answer to no other names.
    const more = ["--host", ...Array.from({ length: count }, (_, server) => nameOf(server))];
    return Server.start([this.#files[at] ?? ""], { at: this.#places[at], rate, more });
  }
}

/** What a server is called where servers go by names. */
function nameOf(server: number): string {
  return `server${server + 1}.test`;
}

async function copyFor(
  { copy }: ProcessScenario,
  scratch: Scratch,
  file: string,
  at: number,
): Promise<string> {
  const { size } = await Deno.stat(file);
  if (copy === "right" || size === 0) return file;
  await Deno.mkdir(scratch.path(`${at}`));
  const name = `${at}/film.mp4`;
  if (copy === "other file") return await scratch.noise(name, size, { seed: 99 });
  await Deno.copyFile(file, scratch.path(name));
  if (copy === "truncated") await Deno.truncate(scratch.path(name), size - 1);
  else await flipByte(scratch.path(name), Math.floor(size / 2));
  return scratch.path(name);
}
