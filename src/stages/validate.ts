export { parseManifest, validateManifest } from "./validate/manifest.js";
export { layoutOf, validatePair, type ValidatePairOptions } from "./validate/pair.js";
