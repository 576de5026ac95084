type UpgradesCore = typeof import("@openzeppelin/upgrades-core");

let loaded: Promise<UpgradesCore> | undefined;

/**
 * upgrades-core, without its notes on stderr: what it has to say goes into the answer, as findings or as its opinion.
 * Its own switch for that prints a warning first, which is held back too.
 */
export function loadUpgradesCore(): Promise<UpgradesCore> {
  loaded ??= import("@openzeppelin/upgrades-core").then((core) => {
    const print = console.error;
    console.error = () => undefined;
    try {
      core.silenceWarnings();
    } finally {
      console.error = print;
    }
    return core;
  });
  return loaded;
}
