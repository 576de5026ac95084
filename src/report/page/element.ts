/** A node of the page: text, or an element with attributes and children. */
export type Node = string | Element;

export interface Element {
  tag: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly Node[];
}

type Child = Node | readonly Node[] | undefined;

/** Makes an element; `undefined` children and attributes are left out. */
export function h(tag: string, attributes: Readonly<Record<string, string | undefined>> = {}, ...children: readonly Child[]): Element {
  const given = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { tag, attributes: Object.fromEntries(given), children: children.flat().filter((child) => child !== undefined) };
}

/**
 * HTML exactly as a browser writes `innerHTML` (HTML Standard, "serializing HTML fragments"), so that the page can hash
 * what it shows and compare. Attribute values may not hold `<` or `>`, which browsers differ about.
 */
export function toHtml(node: Node): string {
  if (typeof node === "string") return escape(node).replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const attributes = Object.entries(node.attributes).map(([name, value]) => {
    if (/[<>]/.test(value)) throw new TypeError(`the attribute ${name} may not hold < or >`);
    return ` ${name}="${escape(value).replaceAll('"', "&quot;")}"`;
  });
  const open = `<${node.tag}${attributes.join("")}>`;
  return VOID.has(node.tag) ? open : `${open}${node.children.map(toHtml).join("")}</${node.tag}>`;
}

const VOID: ReadonlySet<string> = new Set(["br", "hr", "img"]);

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("\u00a0", "&nbsp;");
}
