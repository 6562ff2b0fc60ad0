/**
 * A binary heap whose items can be re-ordered or taken out wherever they are: every change costs
 * O(log n). Items with equal keys are ordered by item, so that the order never depends on history.
 *
 * @example
 * ```ts
 * const heap = new IndexedHeap();
 * heap.set(7, 0.5);
 * heap.set(3, 0.2);
 * heap.top; // 3
 * ```
 */
export class IndexedHeap {
  readonly #items: number[] = [];
  /** The key of the item at the same place. */
  readonly #keys: number[] = [];
  /** By item; an array, as items are small numbers, and a map costs three times as much. */
  readonly #places: (number | undefined)[] = [];

  /** How many items there are. */
  get size(): number {
    return this.#items.length;
  }

  /** The item with the smallest key; undefined when there is none. */
  get top(): number | undefined {
    return this.#items[0];
  }

  /** The `count` items with the smallest keys, in order; fewer when there are fewer. */
  smallest(count: number): number[] {
    const taken: { item: number; key: number }[] = [];
    while (taken.length < count) {
      const item = this.#items[0];
      const key = this.#keys[0];
      if (item === undefined || key === undefined) break;
      taken.push({ item, key });
      this.delete(item);
    }
    for (const { item, key } of taken) this.set(item, key);
    return taken.map(({ item }) => item);
  }

  /** Puts `item` in with `key`, or gives it a new key. */
  set(item: number, key: number): void {
    this.#settle(item, key, this.#places[item] ?? this.#items.length);
  }

  /** Takes `item` out; does nothing when it is not in. */
  delete(item: number): void {
    const place = this.#places[item];
    if (place === undefined) return;
    this.#places[item] = undefined;
    const last = this.#items.pop() as number;
    const key = this.#keys.pop() as number;
    if (last !== item) this.#settle(last, key, place);
  }

  /** Puts `item` where it belongs, moving others into the gap at `place`. */
  #settle(item: number, key: number, place: number): void {
    const risen = this.#rise(item, key, place);
    const at = risen === place ? this.#sink(item, key, place) : risen;
    this.#put(item, key, at);
  }

  #rise(item: number, key: number, from: number): number {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#follows(parent, item, key)) break;
      this.#copy(parent, place);
      place = parent;
    }
    return place;
  }

  #sink(item: number, key: number, from: number): number {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= this.#items.length) return place;
      const right = left + 1;
      const child = right < this.#items.length &&
          this.#follows(left, this.#items[right] as number, this.#keys[right] as number)
        ? right
        : left;
      if (this.#follows(child, item, key)) return place;
      this.#copy(child, place);
      place = child;
    }
  }

  /** Whether what is at `place` belongs under `item`. */
  #follows(place: number, item: number, key: number): boolean {
    const other = this.#keys[place] as number;
    return other !== key ? other > key : (this.#items[place] as number) > item;
  }

  #copy(from: number, to: number): void {
    this.#put(this.#items[from] as number, this.#keys[from] as number, to);
  }

  #put(item: number, key: number, place: number): void {
    this.#items[place] = item;
    this.#keys[place] = key;
    this.#places[item] = place;
  }
}
