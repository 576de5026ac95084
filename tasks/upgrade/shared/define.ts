import { task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";

/** `task(["upgrade", verb])` with what every verb takes. */
export function verbTask(verb: string, description: string) {
  return task(["upgrade", verb], description).addFlag({ name: "json", description: "Print one JSON document on stdout" });
}

/** An option whose absence is told apart from an empty value. */
export function text<const Name extends string>(name: Name, description: string) {
  return { name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined } as const;
}

/** A positional argument that Hardhat lets be absent, so that its absence can be "could not run" and not "blocked". */
export function positional<const Name extends string>(name: Name, description: string) {
  return { name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined } as const;
}
