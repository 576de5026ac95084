/** What the promise rejected with; a promise that is kept fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    (value) => ({ kept: true, value }),
    (error: unknown) => ({ kept: false, value: error }),
  );
  if (outcome.kept) throw new Error(`expected a failure, got ${String(outcome.value)}`);
  return outcome.value;
}
