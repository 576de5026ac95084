export { FATES, type Fate, type LayoutChange, type PlacedRange } from "./changes.js";
export { type CompareOptions, compareLayouts, type LayoutComparison } from "./compare.js";
export { erc7201Slot } from "./constant.js";
export { type ContractId, extractLayout, fromTable } from "./extract.js";
export type { ContractLayout, LayoutNote, LayoutType, LayoutVariable, StorageRegion, UnstoredVariable } from "./types.js";
export { layoutFindings } from "./findings.js";
