import { z } from "zod";
import { address, bytes, bytes32, integer } from "../../src/core/schema/values.js";

/** One field of a document: `changes[].proxy`, `contracts.{name}`. */
export interface SchemaField {
  path: string;
  type: string;
  optional: boolean;
}

/** The values that documents are made of, by their schema. */
const VALUES: ReadonlyMap<z.ZodTypeAny, string> = new Map<z.ZodTypeAny, string>([
  [address, "address"],
  [bytes, "bytes"],
  [bytes32, "bytes32"],
  [integer, "integer"],
]);

/**
 * Every field of a zod schema, depth first in the order of the schema; objects below arrays, records and unions included.
 *
 * @param known schemas that are described elsewhere: named instead of listed.
 * @throws TypeError for a kind of schema that this walker does not know, so that no field is left out silently.
 */
export function schemaFields(schema: z.ZodTypeAny, known: ReadonlyMap<z.ZodTypeAny, string> = new Map()): SchemaField[] {
  const shape = objectOf(schema)?.shape as Record<string, z.ZodTypeAny> | undefined;
  return Object.entries(shape ?? {}).flatMap(([name, field]) => fieldsOf(name, field, known));
}

function fieldsOf(path: string, field: z.ZodTypeAny, known: ReadonlyMap<z.ZodTypeAny, string>): SchemaField[] {
  const optional = field.isOptional();
  const own = { path, type: typeOf(field, known), optional };
  return [own, ...below(path, field, known)];
}

/** The fields of what `field` holds. */
function below(path: string, field: z.ZodTypeAny, known: ReadonlyMap<z.ZodTypeAny, string>): SchemaField[] {
  const inner = bare(field);
  if (known.has(inner) || VALUES.has(inner)) return [];
  if (inner instanceof z.ZodArray) return below(`${path}[]`, inner.element as z.ZodTypeAny, known);
  if (inner instanceof z.ZodRecord) return below(`${path}.{key}`, inner.valueSchema as z.ZodTypeAny, known);
  if (inner instanceof z.ZodUnion) return (inner.options as z.ZodTypeAny[]).flatMap((option) => below(path, option, known));
  if (inner instanceof z.ZodObject) return schemaFields(inner, known).map((each) => ({ ...each, path: `${path}.${each.path}` }));
  return [];
}

function typeOf(schema: z.ZodTypeAny, known: ReadonlyMap<z.ZodTypeAny, string>): string {
  if (schema.isNullable() && !(schema instanceof z.ZodNull) && !(bare(schema) instanceof z.ZodUnknown)) return `${typeOf(notNull(schema), known)} or null`;
  const inner = bare(schema);
  const named = known.get(inner) ?? VALUES.get(inner);
  if (named !== undefined) return named;
  if (inner instanceof z.ZodArray) return `array of ${typeOf(inner.element as z.ZodTypeAny, known)}`;
  if (inner instanceof z.ZodRecord) return `object of ${typeOf(inner.valueSchema as z.ZodTypeAny, known)}`;
  if (inner instanceof z.ZodUnion) return [...new Set((inner.options as z.ZodTypeAny[]).map((option) => typeOf(option, known)))].join(" or ");
  if (inner instanceof z.ZodEnum) return (inner.options as string[]).map((option) => `\`${option}\``).join(", ");
  if (inner instanceof z.ZodLiteral) return `\`${JSON.stringify(inner.value)}\``;
  if (inner instanceof z.ZodObject) return "object";
  if (inner instanceof z.ZodString) return "string";
  if (inner instanceof z.ZodNumber) return "number";
  if (inner instanceof z.ZodBigInt) return "bigint";
  if (inner instanceof z.ZodBoolean) return "boolean";
  if (inner instanceof z.ZodNull) return "null";
  if (inner instanceof z.ZodUnknown || inner instanceof z.ZodLazy) return "any";
  throw new TypeError(`no description of a ${inner.constructor.name}`);
}

/** Without what says how often or how checked: optional, nullable, default, refinements. A named value is left whole. */
function bare(schema: z.ZodTypeAny): z.ZodTypeAny {
  if (VALUES.has(schema)) return schema;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return bare(schema.unwrap() as z.ZodTypeAny);
  if (schema instanceof z.ZodDefault) return bare(schema.removeDefault() as z.ZodTypeAny);
  if (schema instanceof z.ZodEffects) return bare(schema.innerType() as z.ZodTypeAny);
  return schema;
}

function notNull(schema: z.ZodTypeAny): z.ZodTypeAny {
  return schema instanceof z.ZodNullable ? (schema.unwrap() as z.ZodTypeAny) : schema instanceof z.ZodOptional ? notNull(schema.unwrap() as z.ZodTypeAny) : schema;
}

function objectOf(schema: z.ZodTypeAny): z.AnyZodObject | undefined {
  const inner = bare(schema);
  return inner instanceof z.ZodObject ? inner : undefined;
}
