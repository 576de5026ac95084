/** An SVG document as the `src` of an image, where it can run nothing and load nothing. */
export function svgSource(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg, "utf8").toString("base64")}`;
}
