/** The page's Content-Security-Policy: no request to anywhere, one script and one style by their SHA-256. */
export function policyOf(scriptHash: string, styleHash: string): string {
  return `default-src 'none'; script-src 'sha256-${scriptHash}'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'`;
}
