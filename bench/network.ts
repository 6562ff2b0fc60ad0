import { runCommand } from "../testing/command.ts";
import { addNamespace, inNamespace, NAMESPACE_PREFIX, removeNamespace } from "./namespace.ts";
import { sum } from "./statistics.ts";

/** Bytes of TCP payload in a full Ethernet frame of 1,514, with timestamps: what a shaper leaves. */
export const PAYLOAD_PART = 1_448 / 1_514;

/** Bytes of headers before the payload of one frame: Ethernet, IPv4, TCP with timestamps. */
const HEADER_BYTES = 66;

/** Seconds of sending that a shaper lets through at once, and the bytes that has to be at least. */
const BURST_SECONDS = 0.005;
const MIN_BURST_BYTES = 16_384;

/** The longest that a byte waits in a shaper's queue. */
const QUEUE_LATENCY = "50ms";

/** One server's way to the client: a cable with a shaper at the server's end. */
export interface Link {
  /** The namespace that the server is in. */
  readonly namespace: string;
  /** The server's address. */
  readonly address: string;
}

/**
 * A network of its own: a namespace for the client and one for every server, each joined to the
 * client's by a cable that carries so many bits per second towards it.
 */
export class Network implements AsyncDisposable {
  /** The namespace that the client is in. */
  readonly client = `${NAMESPACE_PREFIX}${Deno.pid}-client`;
  readonly links: readonly Link[];
  readonly #rates: readonly number[];
  readonly #stack = new AsyncDisposableStack();

  private constructor(mbits: readonly number[]) {
    this.#rates = mbits;
    this.links = mbits.map((_, at) => ({
      namespace: `${NAMESPACE_PREFIX}${Deno.pid}-${at + 1}`,
      address: `10.77.${at + 1}.2`,
    }));
  }

  /**
   * Builds one.
   *
   * @param mbits Megabits per second of each link.
   * @throws {CommandError} If that is not permitted.
   */
  static async create(mbits: readonly number[]): Promise<Network> {
    const network = new Network(mbits);
    try {
      await network.#add(network.client);
      for (const at of network.links.keys()) await network.#join(at);
      return network;
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Lets every link carry as much as at the beginning. */
  async restore(): Promise<void> {
    for (const at of this.links.keys()) await this.slow(at, 1);
  }

  /** Lets a link carry only a part of what it carried at the beginning. */
  async slow(at: number, part: number): Promise<void> {
    await this.#shape("change", at, (this.#rates[at] ?? 0) * part);
  }

  /** Bytes of payload that all links together have delivered to the client so far. */
  async deliveredBytes(): Promise<number> {
    const shown = await runCommand(["ip", "-n", this.client, "-s", "-j", "link", "show"]);
    const devices: { readonly ifname: string; readonly stats64?: { readonly rx: Counters } }[] =
      JSON
        .parse(shown);
    const payloads = devices.filter(({ ifname }) => ifname.startsWith(DEVICE))
      .map(({ stats64 }) => stats64 ? stats64.rx.bytes - HEADER_BYTES * stats64.rx.packets : 0);
    return sum(payloads);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #add(namespace: string): Promise<void> {
    await addNamespace(namespace);
    this.#stack.defer(() => removeNamespace(namespace));
    await runCommand(["ip", "-n", namespace, "link", "set", "lo", "up"]);
  }

  async #join(at: number): Promise<void> {
    const { namespace, address } = this.links[at] ?? { namespace: "", address: "" };
    const device = `${DEVICE}${at + 1}`;
    await this.#add(namespace);
    const ends = ["netns", this.client, "type", "veth", "peer", "name", UPLINK, "netns", namespace];
    await runCommand(["ip", "link", "add", device, ...ends]);
    await raise(this.client, device, address.replace(/2$/, "1"));
    await raise(namespace, UPLINK, address);
    await this.#shape("add", at, this.#rates[at] ?? 0);
  }

  async #shape(how: "add" | "change", at: number, mbit: number): Promise<void> {
    const { namespace } = this.links[at] ?? { namespace: "" };
    // The same whatever the rate: a packet in the queue that is larger than the burst is stuck for ever.
    const normal = (this.#rates[at] ?? 0) * 1e6 / 8;
    const burst = Math.round(Math.max(normal * BURST_SECONDS, MIN_BURST_BYTES));
    const shaper = ["tbf", "rate", `${mbit}mbit`, "burst", `${burst}`, "latency", QUEUE_LATENCY];
    const qdisc = ["tc", "qdisc", how, "dev", UPLINK, "root", ...shaper];
    await runCommand(inNamespace(namespace, qdisc));
  }
}

/** The client's ends of the cables, numbered, and the servers' ends. */
const DEVICE = "link";
const UPLINK = "uplink";

interface Counters {
  readonly bytes: number;
  readonly packets: number;
}

async function raise(namespace: string, device: string, address: string): Promise<void> {
  await runCommand(["ip", "-n", namespace, "address", "add", `${address}/30`, "dev", device]);
  await runCommand(["ip", "-n", namespace, "link", "set", device, "up"]);
}
