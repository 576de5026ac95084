import { diffLines, type DiffLine } from "./lines.js";

/** A run of lines: changed ones with a little around them, or a count of unchanged ones that are left out. */
export interface DiffHunk {
  /** First line in the old and in the new file, from 1. */
  oldStart: number;
  newStart: number;
  lines: DiffLine[];
}

export interface FileDiff {
  file: string;
  /** The old file's name, where it was another. */
  was?: string;
  status: "added" | "removed" | "changed" | "unchanged";
  added: number;
  removed: number;
  hunks: DiffHunk[];
}

/** Unchanged lines shown around a change. */
const CONTEXT = 3;

/**
 * What changed between two sets of sources, file by file: changed files first, unchanged ones without their text.
 *
 * @param renamed the file that takes another's place under a new name: V2 in a file of its own is compared with V1.
 */
export function diffSources(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  renamed?: { from: string; to: string },
): FileDiff[] {
  const moved =
    renamed &&
    before[renamed.from] !== undefined &&
    after[renamed.from] === undefined &&
    before[renamed.to] === undefined
      ? renamed
      : undefined;
  const files = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((file) => file !== moved?.from)
    .sort();
  const diffs = files.map((file): FileDiff => {
    if (!moved || file !== moved.to) return diffFile(file, before[file], after[file]);
    return { ...diffFile(file, before[moved.from], after[file]), was: moved.from };
  });
  return [
    ...diffs.filter(({ status }) => status !== "unchanged"),
    ...diffs.filter(({ status }) => status === "unchanged"),
  ];
}

function diffFile(file: string, before: string | undefined, after: string | undefined): FileDiff {
  if (before === after) return { file, status: "unchanged", added: 0, removed: 0, hunks: [] };
  const lines = diffLines(before ?? "", after ?? "");
  return {
    file,
    status: before === undefined ? "added" : after === undefined ? "removed" : "changed",
    added: lines.filter(({ kind }) => kind === "new").length,
    removed: lines.filter(({ kind }) => kind === "old").length,
    hunks: hunksOf(lines),
  };
}

function hunksOf(lines: readonly DiffLine[]): DiffHunk[] {
  const hunks: DiffHunk[] = [];
  let oldLine = 1;
  let newLine = 1;
  let open: DiffHunk | undefined;
  let quiet = 0;
  lines.forEach((line, index) => {
    const near = lines.slice(index, index + CONTEXT + 1).some(({ kind }) => kind !== "same");
    quiet = line.kind === "same" ? quiet + 1 : 0;
    if (!open && near) {
      open = { oldStart: oldLine, newStart: newLine, lines: [] };
      hunks.push(open);
    }
    if (open && (near || quiet <= CONTEXT)) open.lines.push(line);
    else open = undefined;
    if (line.kind !== "new") oldLine++;
    if (line.kind !== "old") newLine++;
  });
  return hunks;
}
