/**
 * An endpoint as it may be shown: scheme, host and port. Credentials, path and query are where providers put their
 * API keys, so they never leave the process.
 */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return "(not a url)";
  const { protocol, host, pathname, search, username } = new URL(url);
  const hidden = username !== "" || search !== "" || pathname !== "/";
  return `${protocol}//${host}${hidden ? "/…" : ""}`;
}

/** `text` without any part of `urls` that could be a key: an endpoint may echo its own url in an error. */
export function redactText(text: string, urls: readonly string[]): string {
  let clean = text;
  for (const url of urls) {
    clean = clean.replaceAll(url, redactUrl(url));
    if (!URL.canParse(url)) continue;
    const { username, password, pathname, searchParams } = new URL(url);
    const secrets = [username, password, ...pathname.split("/"), ...searchParams.values()];
    for (const secret of secrets.filter((part) => part.length >= 8)) clean = clean.replaceAll(secret, "…");
  }
  return clean;
}
