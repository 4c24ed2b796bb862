/**
 * The three shapes in which sflowtool prints: `name value` lines, JSON (indented by -J, one line per datagram
 * by -j), and nothing but what the caller adds (-l, whose lines are made of whole samples). The decoder drives
 * them all by the same calls, so that no shape can tell another story than the others.
 */

export type Printer = {
  text: string;
  /** One field; `name` is without the prefixes in force. */
  field(name: string, value: string | number): void;
  /** A line of the text format that JSON does not have. */
  remark(line: string): void;
  /** An object or list, named or (in a list) not. The text format has none. */
  open(name: string, bracket: '{' | '['): void;
  close(bracket: '}' | ']'): void;
  /** A bare value in a list. */
  element(value: string): void;
  /** Some records are printed in another way in JSON. */
  readonly json: boolean;
  /** What stands before every field name until `popPrefix`. */
  pushPrefix(prefix: string): void;
  popPrefix(): void;
};

abstract class PrefixedPrinter {
  readonly json: boolean = false;
  text = '';
  protected prefix = '';
  readonly #lengths: number[] = [];

  pushPrefix(prefix: string): void {
    this.#lengths.push(this.prefix.length);
    this.prefix += prefix;
  }

  popPrefix(): void {
    this.prefix = this.prefix.slice(0, this.#lengths.pop() ?? 0);
  }
}

export class TextPrinter extends PrefixedPrinter implements Printer {
  field(name: string, value: string | number): void {
    this.text += `${this.prefix}${name} ${value}\n`;
  }

  remark(line: string): void {
    this.text += `${line}\n`;
  }

  open(): void {}
  close(): void {}
  element(): void {}
}

/** A JSON string; few need more than their quotes. */
function quoted(text: string): string {
  return /["\\\p{Cc}\p{Cs}]/u.test(text) ? JSON.stringify(text) : `"${text}"`;
}

export class JsonPrinter extends PrefixedPrinter implements Printer {
  override readonly json = true;
  readonly #indented: boolean;
  #depth = 0;
  /** True right behind an opening bracket, where no comma is due. */
  #first = true;

  constructor(indented: boolean) {
    super();
    this.#indented = indented;
  }

  field(name: string, value: string | number): void {
    if (!this.#first) this.text += ',';
    this.#first = false;
    this.#indent();
    const shown = typeof value === 'number' ? `"${value}"` : quoted(value);
    this.text += `${quoted(this.prefix + name)}:${shown}`;
  }

  remark(): void {}

  open(name: string, bracket: '{' | '['): void {
    if (!this.#first) {
      this.text += ',';
      this.#indent();
    }
    this.text += name === '' ? bracket : `${quoted(name)}:${bracket}`;
    this.#depth++;
    this.#first = true;
  }

  close(bracket: '}' | ']'): void {
    this.#depth--;
    this.#indent();
    this.text += bracket;
    this.#first = false;
  }

  element(value: string): void {
    if (!this.#first) this.text += ',';
    this.#first = false;
    this.#indent();
    // The blank is sflowtool's.
    this.text += `${quoted(value)} `;
  }

  /** Ends a datagram: the next one begins a new document. */
  end(): void {
    this.text += this.#indented ? '\n\n' : '\n';
    this.#depth = 0;
    this.#first = true;
  }

  #indent(): void {
    if (this.#indented) this.text += `\n${' '.repeat(this.#depth)}`;
  }
}

/** Prints nothing of the fields; the line format adds its own. */
export class LinePrinter extends PrefixedPrinter implements Printer {
  field(): void {}
  remark(): void {}
  open(): void {}
  close(): void {}
  element(): void {}
}
