/** Something that shows what a program tells: a terminal, a log, a stream of JSON. */
export interface View<Event> {
  show(event: Event): void;
  /** Leaves the terminal as it was found; shows nothing from then on. */
  close(): void;
}
