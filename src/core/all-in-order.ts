/**
 * Like `Promise.all`, but of several that fail it is always the first in the list whose reason is thrown, not the one that
 * happened to fail first; and nothing is under way any more by then.
 */
export async function allInOrder<T extends readonly Promise<unknown>[]>(promises: readonly [...T]): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  for (const promise of promises) await promise;
  return Promise.all(promises);
}
