import { expect } from "chai";
import { allInOrder } from "../../src/core/all-in-order.js";

/** A promise that is settled by hand. */
function open<T>() {
  return Promise.withResolvers<T>();
}

describe("core/all-in-order", () => {
  it("gives the values in the order of the list, whoever is ready first", async () => {
    const [first, second] = [open<string>(), open<number>()];
    const all = allInOrder([first.promise, second.promise]);
    second.resolve(2);
    await second.promise;
    first.resolve("one");
    expect(await all).to.deep.equal(["one", 2]);
  });

  it("throws the reason of the first in the list, though a later one fails earlier", async () => {
    const [first, second, third] = [open<void>(), open<void>(), open<void>()];
    const all = allInOrder([first.promise, second.promise, third.promise]);
    third.reject(new Error("third"));
    second.reject(new Error("second"));
    first.resolve();
    expect(await all.catch((error: Error) => error.message)).to.equal("second");
  });

  it("is not settled before everything is", async () => {
    const [first, second] = [open<void>(), open<void>()];
    let settled = false;
    const all = allInOrder([first.promise, second.promise]).catch(() => undefined).finally(() => (settled = true));
    first.reject(new Error("first"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).to.equal(false);
    second.resolve();
    await all;
    expect(settled).to.equal(true);
  });
});
