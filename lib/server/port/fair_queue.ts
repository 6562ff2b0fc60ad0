/** Clients whose past is remembered, at most; those that wait are never forgotten. */
const MAX_REMEMBERED = 1_024;

/** What one client has had, and what it waits for. */
interface Account<Item> {
  /** Bytes, counted from what others had when it came. */
  taken: number;
  readonly waiting: { readonly bytes: number; readonly item: Item }[];
}

/**
 * A queue in which clients have equal shares, however much of it each of them puts in: next is always
 * the first item of the client that has had least (start-time fair queueing).
 *
 * @example
 * ```ts
 * const queue = new FairQueue<string>();
 * queue.push("::1", 10, "a");
 * queue.push("::1", 10, "b");
 * queue.push("127.0.0.1", 10, "c");
 * [queue.shift(), queue.shift(), queue.shift()]; // ["a", "c", "b"]
 * ```
 */
export class FairQueue<Item> {
  readonly #accounts = new Map<string, Account<Item>>();
  /** Virtual time: what the client that was served last had been charged by then. */
  #served = 0;
  #length = 0;

  /** How many items wait. */
  get length(): number {
    return this.#length;
  }

  /** @param bytes What the client will have had when it is its turn. */
  push(client: string, bytes: number, item: Item): void {
    const account = this.#accounts.get(client) ?? this.#open(client);
    // A client that was idle earns no credit by that.
    if (account.waiting.length === 0) account.taken = Math.max(account.taken, this.#served);
    account.waiting.push({ bytes, item });
    this.#length++;
  }

  /** Takes out the next item; undefined if none waits. */
  shift(): Item | undefined {
    let next: Account<Item> | undefined;
    for (const account of this.#accounts.values()) {
      if (account.waiting.length === 0) continue;
      if (next === undefined || account.taken < next.taken) next = account;
    }
    const first = next?.waiting.shift();
    if (next === undefined || first === undefined) return undefined;
    this.#served = next.taken;
    next.taken += first.bytes;
    this.#length--;
    return first.item;
  }

  /** Takes out an item before its turn; false if it has had it. */
  remove(client: string, item: Item): boolean {
    const { waiting = [] } = this.#accounts.get(client) ?? {};
    const at = waiting.findIndex((other) => other.item === item);
    if (at < 0) return false;
    waiting.splice(at, 1);
    this.#length--;
    return true;
  }

  #open(client: string): Account<Item> {
    if (this.#accounts.size >= MAX_REMEMBERED) {
      for (const [other, { waiting }] of this.#accounts) {
        if (waiting.length === 0) this.#accounts.delete(other);
      }
    }
    const account: Account<Item> = { taken: this.#served, waiting: [] };
    this.#accounts.set(client, account);
    return account;
  }
}
