const UNITS: Record<string, string> = {
  wad: "1e18",
  ray: "1e27",
  rad: "1e45",
  mantissa: "1e18",
  x96: "2^96",
  x128: "2^128",
  bips: "basis points",
  bps: "basis points",
  bp: "basis points",
  pct: "percent",
  percent: "percent",
  permille: "per mille",
  ppm: "ppm",
  pips: "pips",
  second: "seconds",
  seconds: "seconds",
  secs: "seconds",
  sec: "seconds",
  minute: "minutes",
  minutes: "minutes",
  hour: "hours",
  hours: "hours",
  days: "days",
  weeks: "weeks",
  years: "years",
  ms: "milliseconds",
  millis: "milliseconds",
  milliseconds: "milliseconds",
  micros: "microseconds",
  microseconds: "microseconds",
  nanos: "nanoseconds",
  nanoseconds: "nanoseconds",
  blocks: "blocks",
  block: "blocks",
  timestamp: "seconds",
  usd: "USD",
  eth: "ETH",
  btc: "BTC",
  ether: "ETH",
  wei: "wei",
  gwei: "gwei",
  shares: "shares",
  share: "shares",
  assets: "assets",
  asset: "assets",
};

/** Units and scales that a name states, `priceE8` → `1e8`. */
export function unitsOf(label: string): string[] {
  const words = wordsOf(label);
  // priceE8, price1e8, priceX18, priceD18
  const scales = [...label.matchAll(/(?:[a-z_]E|1[eE]|(?:^|_)e)([0-9]{1,2})(?![0-9])|[a-z_][XD](6|8|10|12|18|27)(?![0-9])/g)].map((match) => `1e${match[1] ?? match[2]}`);
  const bits = [...label.matchAll(/(?:^|[a-z_])[xX](96|64|128|32)(?![0-9])/g)].map((match) => `2^${match[1]}`);
  const decimals = [...label.matchAll(/([0-9]{1,2})_?[dD]ecimals/g)].map((match) => `1e${match[1]}`);
  const named = words.map((word) => UNITS[word]).filter((unit): unit is string => unit !== undefined);
  return [...new Set([...scales, ...bits, ...decimals, ...named])].sort();
}

/** The change of unit that two names of one value suggest, `1e8 → 1e18`; undefined when they suggest none. */
export function unitChange(before: string, after: string): string | undefined {
  const [old, current] = [unitsOf(before), unitsOf(after)];
  if (old.length === 0 || current.length === 0 || old.join() === current.join()) return undefined;
  return `${old.join(", ")} → ${current.join(", ")}`;
}

const OPPOSITES = [
  ["long", "short"], ["min", "max"], ["minimum", "maximum"], ["lower", "upper"], ["low", "high"], ["bid", "ask"], ["buy", "sell"],
  ["base", "quote"], ["collateral", "debt"], ["asset", "liability"], ["assets", "liabilities"], ["deposit", "withdrawal"],
  ["deposits", "withdrawals"], ["deposited", "withdrawn"], ["supply", "borrow"], ["supplied", "borrowed"], ["lent", "borrowed"],
  ["credit", "debit"], ["profit", "loss"], ["profits", "losses"], ["gain", "loss"], ["numerator", "denominator"], ["maker", "taker"],
  ["input", "output"], ["in", "out"], ["inflow", "outflow"], ["start", "end"], ["open", "closed"], ["opened", "closed"],
  ["enabled", "disabled"], ["allowed", "denied"], ["allowed", "forbidden"], ["allowed", "blocked"], ["allowlist", "denylist"],
  ["allowlist", "blocklist"], ["whitelist", "blacklist"], ["whitelisted", "blacklisted"], ["locked", "unlocked"], ["minted", "burned"],
  ["sender", "recipient"], ["sender", "receiver"], ["from", "to"], ["source", "destination"], ["source", "target"], ["receivable", "payable"],
  ["put", "call"], ["initial", "maintenance"], ["assets", "shares"], ["asset", "share"],
] as const;

const NEGATIONS = ["un", "in", "dis", "non", "not"];

/**
 * The word by which two names state opposite things, `paused → unpaused`, `maxFee → minFee`: a value that is read under the
 * other name means its contrary. Undefined when they don't.
 */
export function oppositeMeaning(before: string, after: string): string | undefined {
  const [left, right] = [wordsOf(before), wordsOf(after)];
  const [gone, come] = [left.filter((word) => !right.includes(word)), right.filter((word) => !left.includes(word))];
  if (gone.length + come.length === 1 && [...gone, ...come].some((word) => word === "not" || word === "non")) return `${before} → ${after}`;
  for (const was of gone) {
    for (const is of come) {
      const opposite = OPPOSITES.some(([a, b]) => (a === was && b === is) || (b === was && a === is));
      const negated = NEGATIONS.some((prefix) => is === prefix + was || was === prefix + is) && Math.min(was.length, is.length) >= 4;
      if (opposite || negated) return `${was} → ${is}`;
    }
  }
  return undefined;
}

/** The words of a camel-case or snake-case name, in lower case. */
export function wordsOf(label: string): string[] {
  return label
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}
