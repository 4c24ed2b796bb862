/** Lines of a file that a user brings: CSV with comma, semicolon or tab (quotes as in RFC 4180), or words by spaces. */

export type CsvLine = {
  /** Counted from one. */
  line: number;
  cells: string[];
};

/** The first `most` cells of every line that is neither empty nor a comment (#). */
export function* cellsOf(text: string, most: number): Generator<CsvLine> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    yield { line: index + 1, cells: cellsOfLine(line, most) };
  }
}

function cellsOfLine(line: string, most: number): string[] {
  const separator = /[,;\t]/.exec(line)?.[0];
  if (separator === undefined) {
    const words = line
      .trim()
      .replace(/\s#.*$/, '')
      .split(/\s+/);
    return [...words.slice(0, most - 1), words.slice(most - 1).join(' ')];
  }
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length && cells.length < most) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*/.exec(line.slice(at));
    if (quoted) {
      cells.push(quoted[1]!.replaceAll('""', '"'));
      at += quoted[0].length + 1;
    } else {
      const end = line.indexOf(separator, at);
      cells.push(line.slice(at, end < 0 ? undefined : end).trim());
      at = end < 0 ? line.length + 1 : end + 1;
    }
  }
  // What the export put before a name that could be a formula.
  return cells.map((cell) => cell.replace(/^'(?=[=+\-@\t])/, ''));
}
