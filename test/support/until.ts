/** Resolves once the condition holds; asks again and again, and gives up after some seconds. */
export async function until(holds: () => boolean | Promise<boolean>, giveUpAfterMs = 15_000): Promise<void> {
  const giveUpAtMs = performance.now() + giveUpAfterMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAtMs) throw new Error('the condition did not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
