/**
 * A binary heap whose items can be re-ordered or taken out wherever they are: every change costs
 * O(log n). Equal keys are ordered by item, so that the order never depends on history.
 *
 * @example
 * ```ts
 * const heap = new IndexedHeap((a, b) => a - b);
 * heap.set(7, 0.5);
 * heap.set(3, 0.2);
 * heap.top; // 3
 * ```
 */
export class IndexedHeap {
  readonly #items: number[] = [];
  readonly #keys = new Map<number, number>();
  readonly #places = new Map<number, number>();
  readonly #compare: (a: number, b: number) => number;

  /** @param compare Orders keys; the smallest is on top. */
  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  /** How many items there are. */
  get size(): number {
    return this.#items.length;
  }

  /** The item on top; undefined when there is none. */
  get top(): number | undefined {
    return this.#items[0];
  }

  /**
   * The key of an item.
   *
   * @throws {RangeError} If the item is not in.
   */
  keyOf(item: number): number {
    const key = this.#keys.get(item);
    if (key === undefined) throw new RangeError(`Cannot tell the key of ${item}: it is not in`);
    return key;
  }

  /** Puts `item` in with `key`, or gives it a new key. */
  set(item: number, key: number): void {
    this.#keys.set(item, key);
    let place = this.#places.get(item);
    if (place === undefined) {
      place = this.#items.length;
      this.#items.push(item);
      this.#places.set(item, place);
    }
    this.#sink(this.#rise(place));
  }

  /** Takes `item` out; does nothing when it is not in. */
  delete(item: number): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    this.#places.delete(item);
    this.#keys.delete(item);
    const last = this.#items.pop() as number;
    if (last === item) return;
    this.#put(last, place);
    this.#sink(this.#rise(place));
  }

  #rise(from: number): number {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#before(place, parent)) break;
      this.#swap(place, parent);
      place = parent;
    }
    return place;
  }

  #sink(from: number): void {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#items.length) return;
      if (child + 1 < this.#items.length && this.#before(child + 1, child)) child += 1;
      if (!this.#before(child, place)) return;
      this.#swap(place, child);
      place = child;
    }
  }

  #before(a: number, b: number): boolean {
    const itemA = this.#items[a] as number;
    const itemB = this.#items[b] as number;
    const order = this.#compare(this.#keys.get(itemA) as number, this.#keys.get(itemB) as number);
    return order !== 0 ? order < 0 : itemA < itemB;
  }

  #swap(a: number, b: number): void {
    const itemA = this.#items[a] as number;
    const itemB = this.#items[b] as number;
    this.#put(itemA, b);
    this.#put(itemB, a);
  }

  #put(item: number, place: number): void {
    this.#items[place] = item;
    this.#places.set(item, place);
  }
}
