const DAY = 86_400n;
const MOMENT = /(expir|deadline|timestamp|eta$|until|validTo|when$|At$)/i;
const SPAN = /(delay|cooldown|tenor|window|period|duration)/i;
const LARGEST = (1n << 256n) - 1n;

/**
 * What a whole number in decimal says to a person, beside its digits: a date, a duration, a multiple of 10^18; undefined
 * where the digits are clear enough. Always exact; the name only decides between a date and a number.
 */
export function readable(name: string, value: string): string | undefined {
  if (!/^\d{3,78}$/.test(value)) return undefined;
  const number = BigInt(value);
  if (number === LARGEST) return "the largest number there is";
  if (MOMENT.test(name) && number > 1_000_000_000n && number < 4_200_000_000n)
    return new Date(Number(number) * 1000).toISOString().replace("T", " ").replace(/(:00)?\.000Z$/, " UTC");
  if (SPAN.test(name) && number % 3_600n === 0n) return number % DAY === 0n ? amountOf(number / DAY, "day") : amountOf(number / 3_600n, "hour");
  if (number < 10n ** 15n || number % 10n ** 12n !== 0n) return undefined;
  const [whole, part] = [number / 10n ** 18n, number % 10n ** 18n];
  const fraction = part === 0n ? "" : `.${part.toString().padStart(18, "0").replace(/0+$/, "")}`;
  return `${whole.toString().replace(/\B(?=(\d{3})+$)/g, ",")}${fraction} × 10^18`;
}

/** The digits, then what they say. */
export function withReading(name: string, value: string): string {
  const reading = readable(name, value);
  return reading === undefined ? value : `${value} (${reading})`;
}

function amountOf(number: bigint, unit: string): string {
  return `${number} ${unit}${number === 1n ? "" : "s"}`;
}
