import type { Contender } from "./contender.ts";
import { Fleet, type LinkedServer } from "./fleet.ts";
import type { Ideal, LinkCase, Mishap } from "./link_case.ts";
import { type Link, Network } from "./network.ts";
import { aria2, ARIA2_BEST } from "./peers/aria2.ts";
import { axel } from "./peers/axel.ts";
import { curls } from "./peers/curl.ts";
import { mpclient } from "./peers/mpclient.ts";
import { Mpserver } from "./peers/mpserver.ts";
import { Nginx } from "./peers/nginx.ts";
import { makeTestFile } from "./test_file.ts";
import type { Workbench } from "./workbench.ts";

const MPSERVER_PORT = 6000;
const NGINX_PORT = 8000;

/** How an operator holds a server up; the two kinds of servers have different ways. */
type Hold = (fleet: Fleet, at: number, held: boolean) => Promise<void>;

/** A network with an mpserver and an nginx behind each of its links, and mishaps on demand. */
export class LinkLab implements AsyncDisposable {
  readonly network: Network;
  readonly #mpservers: Fleet;
  readonly #nginxes: Fleet;
  readonly #mishap: Mishap | undefined;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    network: Network,
    mpservers: Fleet,
    nginxes: Fleet,
    mishap: Mishap | undefined,
    stack: AsyncDisposableStack,
  ) {
    this.network = network;
    this.#mpservers = mpservers;
    this.#nginxes = nginxes;
    this.#mishap = mishap;
    this.#stack = stack;
  }

  /** @throws {CommandError} If networks may not be made here. */
  static async create(
    { mbits, size, mishap }: LinkCase,
    workbench: Workbench,
  ): Promise<LinkLab> {
    await using stack = new AsyncDisposableStack();
    const network = stack.use(await Network.create(mbits));
    const file = stack.use(await makeTestFile(workbench.scratch.folder, size));
    const fleet = async (start: (link: Link) => Promise<LinkedServer>) => {
      const made = stack.use(new Fleet(file, network.links, start));
      await made.restore();
      return made;
    };
    const mpservers = await fleet((link) => {
      return Mpserver.start({ file, servers: 1, at: { ...link, port: MPSERVER_PORT } }, workbench);
    });
    const nginxes = await fleet((link) =>
      Nginx.start({ file, ...link, port: NGINX_PORT }, workbench)
    );
    return new LinkLab(network, mpservers, nginxes, mishap, stack.move());
  }

  mpclient(): Contender {
    const contender = mpclient(this.#mpservers, { namespace: this.network.client });
    return this.#amid(contender, this.#mpservers, typePause);
  }

  /** mpclient from the same servers as its rivals. */
  mpclientByUrl(): Contender {
    const options = {
      name: "mpclient by URL",
      from: "urls",
      namespace: this.network.client,
    } as const;
    return this.#amid(mpclient(this.#nginxes, options), this.#nginxes, stopProcess);
  }

  /** The same from one of them alone, by its number from 0. */
  mpclientAlone(at: number): Contender {
    return this.#byUrls([this.#nginxes.addresses[at] ?? ""], "mpclient from the fastest alone");
  }

  /** The same from all of them, and from an address where nobody listens. */
  mpclientWithDead(): Contender {
    const [first = ""] = this.#nginxes.addresses;
    const dead = first.replace(/:\d+$/, `:${NGINX_PORT + 1}`);
    return this.#byUrls([...this.#nginxes.addresses, dead], "mpclient by URL, one of them dead");
  }

  #byUrls(addresses: readonly string[], name: string): Contender {
    const origin = { file: this.#nginxes.file, addresses, pids: this.#nginxes.pids };
    const options = { name, from: "urls", namespace: this.network.client } as const;
    return this.#amid(mpclient(origin, options), this.#nginxes, stopProcess);
  }

  aria2(name: string, args: readonly string[] = ARIA2_BEST): Contender {
    const contender = aria2(this.#nginxes, { name, args, namespace: this.network.client });
    return this.#amid(contender, this.#nginxes, stopProcess);
  }

  axel(): Contender {
    return this.#amid(axel(this.#nginxes, this.network.client), this.#nginxes, stopProcess);
  }

  /** What can be had at all. */
  perfect({ bytes }: Ideal): Contender {
    const contender = curls(this.#nginxes, bytes, this.network.client);
    return this.#amid(contender, this.#nginxes, stopProcess);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  /** The contender on these links, with what happens to them. */
  #amid(contender: Contender, fleet: Fleet, hold: Hold): Contender {
    const { network } = this;
    const mishap = this.#mishap;
    return {
      ...contender,
      wireBytes: () => network.deliveredBytes(),
      prepare: async () => {
        await network.restore();
        await fleet.restore();
      },
      ...(mishap && { disturb: (signal) => this.#happen(mishap, fleet, hold, signal) }),
    };
  }

  async #happen(mishap: Mishap, fleet: Fleet, hold: Hold, over: AbortSignal): Promise<void> {
    const { kind, server, atSeconds, part, seconds } = mishap;
    if (!await passes(atSeconds, over)) return;
    switch (kind) {
      case "slows":
        return await this.network.slow(server, part);
      case "crashes":
        return await fleet.service(server)?.crash();
      case "pauses":
        await hold(fleet, server, true);
        await passes(seconds, over);
        return await hold(fleet, server, false);
    }
  }
}

/** Types `1` or `r1` into the console of an mpserver. */
async function typePause(fleet: Fleet, at: number, held: boolean): Promise<void> {
  await fleet.service(at)?.type(held ? "1" : "r1");
}

/** nginx has no console: its process is stopped, and what is connected to it stays so. */
function stopProcess(fleet: Fleet, at: number, held: boolean): Promise<void> {
  fleet.service(at)?.signal(held ? "SIGSTOP" : "SIGCONT");
  return Promise.resolve();
}

/** Waits; false if the trial was over before. */
function passes(seconds: number, over: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), seconds * 1_000);
    over.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}
