/** Lower-case hex digits without `0x`, whatever spelling came in. Placeholders of unlinked libraries stay as they are. */
export function bareHex(code: string): string {
  const bare = code.startsWith("0x") || code.startsWith("0X") ? code.slice(2) : code;
  return bare.includes("__") ? bare : bare.toLowerCase();
}
