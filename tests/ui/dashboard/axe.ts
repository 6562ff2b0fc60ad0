import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * Runs axe-core in a page. The page's own policy allows no script but its own, so it is put in by the
 * browser, not by the page.
 */
export class Axe {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** What it finds, in words. */
  async violations(): Promise<string[]> {
    await this.#page.evaluate(axe.source);
    const { violations } = await this.#page.evaluate("axe.run()") as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }
}
