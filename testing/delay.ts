/** Waits for so many milliseconds, or until something has happened. */
export async function delay(milliseconds: number, unless: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<void>((resolve) => timer = setTimeout(resolve, milliseconds));
  await Promise.race([passed, unless]);
  clearTimeout(timer);
}
