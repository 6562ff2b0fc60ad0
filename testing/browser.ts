import { chromium, type Page } from "playwright-core";
import { existsSync } from "node:fs";

/** Where Debian's package puts it. */
const CHROMIUM = "/usr/bin/chromium";

/** What keeps it from asking for the network and for a display. */
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether there is a browser to test with; says so once where there is none. */
export function hasBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true;
  console.error(`Left out, as there is no ${CHROMIUM}: the page in a browser`);
  return false;
}

/** Opens a page in a browser of its own, which ends with it. */
export async function openPage(url: string, dark = false): Promise<Page & AsyncDisposable> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS, headless: true });
  const page = await browser.newPage({
    colorScheme: dark ? "dark" : "light",
    viewport: { width: 1000, height: 800 },
  });
  await page.goto(url);
  return Object.assign(page, { [Symbol.asyncDispose]: () => browser.close() });
}
