import { beforeDeadline } from "../../testing/deadline.ts";

/** What was told in a test, in order, and a way to wait for what has not been told yet. */
export class Log<T> {
  readonly entries: T[] = [];
  readonly #waiting = new Set<() => void>();

  /** Takes note of an entry; may be passed on as a callback. */
  readonly add = (entry: T): void => {
    this.entries.push(entry);
    for (const look of [...this.#waiting]) look();
  };

  /** Waits for the first entry that fits, whether it was told already or not. */
  async first<S extends T>(fits: (entry: T) => entry is S): Promise<S>;
  async first(fits: (entry: T) => boolean): Promise<T>;
  async first(fits: (entry: T) => boolean): Promise<T> {
    const [found] = await this.some(1, fits);
    return found as T;
  }

  /** Waits until so many entries fit. */
  async some(count: number, fits: (entry: T) => boolean = () => true): Promise<T[]> {
    const { promise, resolve } = Promise.withResolvers<T[]>();
    const look = () => {
      const found = this.entries.filter(fits);
      if (found.length < count) return;
      this.#waiting.delete(look);
      resolve(found.slice(0, count));
    };
    this.#waiting.add(look);
    look();
    return await beforeDeadline(promise, () => JSON.stringify(this.entries));
  }
}
