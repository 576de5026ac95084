import { Interface, ParamType, ZeroAddress } from "ethers";
import { encodeMultiSend, type MultiSendCall } from "../../core/safe/calldata.js";
import { SAFE_CONTRACTS } from "../../core/safe/known-code.js";
import { plainSafeTx } from "../../core/safe/transaction.js";
import { atLeast, parseSafeVersion } from "../../core/safe/version.js";
import type { AbiSource } from "../../core/decode/types.js";
import { parseBoundedJson } from "../../core/bounded-json.js";
import { reasonOf } from "../../errors/drydock-error.js";
import {
  addressField,
  bytesField,
  FieldError,
  integerField,
  isFields,
  shown,
  textField,
  type Fields,
} from "./fields.js";
import { agreed, asked, LATEST } from "./safe-tx-format.js";
import type { SafeTxKnown, SafeTxRequest } from "./types.js";

const MAX_TRANSACTIONS = 5_000;

/**
 * A batch of Safe{Wallet}'s transaction builder. It states no nonce and no Safe version; several transactions become one
 * MultiSendCallOnly batch, as the wallet makes it.
 */
export function readBuilderFormat(fields: Fields, known: SafeTxKnown): SafeTxRequest {
  const { transactions } = fields;
  if (!Array.isArray(transactions) || transactions.length === 0)
    throw new FieldError("transactions is not a list, or is empty");
  if (transactions.length > MAX_TRANSACTIONS)
    throw new FieldError(`there are more than ${MAX_TRANSACTIONS} transactions`);
  const meta = isFields(fields.meta) ? fields.meta : {};
  const stated = typeof meta.createdFromSafeAddress === "string" && meta.createdFromSafeAddress !== "";
  const safe = stated ? agreed("safe", addressField(meta, "createdFromSafeAddress"), known.safe) : known.safe;
  const missing: string[] = [];
  const version = asked(missing, "the Safe's version", known.version, "--safe-version", LATEST);
  const read = transactions.map(readTransaction);
  const calls = read.map(({ call }) => call);
  const nonce = asked(missing, "the nonce", known.nonce, "--nonce", 0n);
  const [only] = calls;
  const multiSend = calls.length > 1 ? multiSendOf(version) : undefined;
  return {
    format: "transaction-builder",
    chainId: agreed("chainId", integerField(fields, "chainId"), known.chainId),
    safe: asked(missing, "the Safe", safe, "--safe", ZeroAddress),
    version,
    tx:
      multiSend === undefined && only
        ? plainSafeTx({ to: only.to, value: only.value, data: only.data, nonce })
        : plainSafeTx({ to: multiSend ?? "", data: encodeMultiSend(calls), operation: 1, nonce }),
    claims: { signatures: [], contradictions: read.flatMap(({ contradiction }) => (contradiction ? [contradiction] : [])) },
    abis: read.flatMap(({ abi }) => (abi ? [abi] : [])),
    approves: [],
    assumptions:
      multiSend === undefined
        ? []
        : [`the batch is sent through MultiSendCallOnly at ${multiSend}, as Safe{Wallet} does`],
    missing,
  };
}

function multiSendOf(version: string): string {
  const parsed = parseSafeVersion(version);
  const wanted = atLeast(parsed, 1, 5) ? "1.5.0" : atLeast(parsed, 1, 4) ? "1.4.1" : "1.3.0";
  return (
    SAFE_CONTRACTS.find(({ kind, version: own }) => kind === "multi-send-call-only" && own === wanted)?.address ?? ""
  );
}

interface BuilderTransaction {
  call: MultiSendCall;
  abi?: AbiSource;
  /** Set when the values that a person is shown are not those of the data. */
  contradiction?: string;
}

function readTransaction(value: unknown, index: number): BuilderTransaction {
  if (!isFields(value)) throw new FieldError(`transactions[${index}] is ${shown(value)}, not a transaction`);
  try {
    const to = addressField(value, "to");
    const method = isFields(value.contractMethod) ? value.contractMethod : undefined;
    const abi = method ? abiOf(to, method) : undefined;
    const data =
      typeof value.data === "string"
        ? bytesField(value, "data")
        : method
          ? encode(method, value.contractInputsValues)
          : "0x";
    const shown = method && typeof value.data === "string" && isFields(value.contractInputsValues) ? encode(method, value.contractInputsValues) : data;
    const operation = value.operation === undefined ? 0n : integerField(value, "operation");
    if (operation !== 0n) throw new FieldError("it asks for a delegatecall, which the builder can't make");
    return {
      call: { to, value: integerField(value, "value"), data },
      ...(abi ? { abi } : {}),
      ...(shown === data ? {} : { contradiction: `transactions[${index}] names values that give other data than the data that stands beside them` }),
    };
  } catch (error) {
    throw error instanceof FieldError ? new FieldError(`transactions[${index}]: ${error.message}`) : error;
  }
}

/** Arrays within arrays of one type, and characters of a method's types: far beyond what any contract has. */
const MAX_ARRAYS = 8;
const MAX_METHOD_TEXT = 20_000;

function inputsOf(method: Fields): ParamType[] {
  const { inputs } = method;
  if (!Array.isArray(inputs)) throw new FieldError("contractMethod has no inputs");
  const text = JSON.stringify(inputs);
  if (text.length > MAX_METHOD_TEXT || new RegExp(`(\\[\\d*\\]){${MAX_ARRAYS + 1}}`).test(text))
    throw new FieldError("contractMethod has inputs that no contract has: they are too long, or arrays within arrays too deep");
  try {
    return inputs.map((input) => ParamType.from(input));
  } catch (error) {
    throw new FieldError(`contractMethod has an input that is no ABI type: ${reasonOf(error).slice(0, 80)}`);
  }
}

function abiOf(address: string, method: Fields): AbiSource {
  const name = textField(method, "name");
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) throw new FieldError(`contractMethod's name is ${shown(name)}`);
  const fragment = `function ${name}(${inputsOf(method)
    .map((input) => input.format("full"))
    .join(", ")})`;
  return { contract: "transaction builder", provenance: "claimed", address, fragments: [fragment] };
}

/** The builder keeps values as text; lists and tuples are JSON in text. */
function encode(method: Fields, values: unknown): string {
  const inputs = inputsOf(method);
  if (inputs.length > 0 && !isFields(values)) throw new FieldError("it has neither data nor contractInputsValues");
  const given = isFields(values) ? values : {};
  const name = textField(method, "name");
  try {
    const fragment = `function ${name}(${inputs.map((input) => input.format("sighash")).join(",")})`;
    return new Interface([fragment]).encodeFunctionData(
      name,
      inputs.map((input) => builderValue(input, given[input.name])),
    );
  } catch (error) {
    throw new FieldError(`the values don't fit ${shown(name)}: ${reasonOf(error).slice(0, 120)}`);
  }
}

function builderValue(type: ParamType, value: unknown): unknown {
  if (value === undefined) throw new FieldError(`contractInputsValues has no ${type.name}`);
  if (typeof value !== "string") return value;
  if (type.isArray() || type.isTuple()) return parseBoundedJson(value.trim());
  if (type.baseType === "bool") return value.trim().toLowerCase() === "true" || value.trim() === "1";
  return type.baseType === "string" ? value : value.trim();
}
