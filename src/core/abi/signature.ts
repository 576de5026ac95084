import { id } from "ethers";
import type { AbiItem, AbiParameter } from "../solc.js";

/** `transfer(address,uint256)`; tuples by their members. */
export function signatureOf(item: AbiItem): string {
  return `${item.name ?? item.type}(${(item.inputs ?? []).map(canonicalType).join(",")})`;
}

/** The first four bytes of keccak256 of the signature. */
export function selectorOf(signature: string): string {
  return id(signature).slice(0, 10);
}

export function canonicalType(parameter: AbiParameter): string {
  if (!parameter.type.startsWith("tuple")) return parameter.type;
  return `(${(parameter.components ?? []).map(canonicalType).join(",")})${parameter.type.slice("tuple".length)}`;
}
