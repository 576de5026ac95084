/** Typography that the tool itself prints. */
const OWN = "–—…→×·“”’";

/**
 * Text of somebody else, for a terminal or a page: everything outside printable ASCII is written as `\u{…}`, so that
 * control and bidirectional characters can't rearrange what is shown, and look-alike letters show that they are.
 */
export function visible(text: string): string {
  let result = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    result += (code >= 0x20 && code <= 0x7e) || OWN.includes(char) ? char : `\\u{${code.toString(16)}}`;
  }
  return result;
}
