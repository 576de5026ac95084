import type { ErrorFragment, EventFragment, Interface } from "ethers";

/** By selector and by topic: ethers hashes every signature of an interface anew whenever it looks one up. */
interface Index {
  errors: ReadonlyMap<string, ErrorFragment>;
  events: ReadonlyMap<string, EventFragment>;
}

const indexes = new WeakMap<Interface, Index>();

/** The error of `iface` with this selector (four bytes, `0x…`). */
export function errorWith(iface: Interface, selector: string): ErrorFragment | undefined {
  return indexOf(iface).errors.get(selector);
}

/** The event of `iface` with this first topic; anonymous ones have none. */
export function eventWith(iface: Interface, topic: string): EventFragment | undefined {
  return indexOf(iface).events.get(topic);
}

function indexOf(iface: Interface): Index {
  const known = indexes.get(iface);
  if (known !== undefined) return known;
  const errors = new Map<string, ErrorFragment>();
  const events = new Map<string, EventFragment>();
  iface.forEachError((error) => errors.set(error.selector, error));
  iface.forEachEvent((event) => {
    if (!event.anonymous) events.set(event.topicHash, event);
  });
  const index = { errors, events };
  indexes.set(iface, index);
  return index;
}
