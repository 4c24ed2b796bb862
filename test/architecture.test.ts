/**
 * Who may know whom. The tree is the data path: reading `main/` in the order of `layers` is reading a datagram's
 * life, and each folder imports only what stands before it. Imports are read from the syntax tree, static, dynamic
 * and `typeof import(...)` alike, so that a table of plugins cannot go around the wall.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/**
 * What each folder of `main/` may import of the others. `shared` is open to all, and a folder to itself. `types`:
 * only what leaves no trace at run time.
 */
const layers: Record<string, { may: string[]; types?: string[] }> = {
  sources: { may: [] },
  sflow: { may: [] },
  packet: { may: [] },
  samples: { may: ['sflow', 'packet'] },
  flows: { may: ['samples', 'sflow', 'packet'], types: ['names'] },
  metrics: { may: ['samples', 'sflow'], types: ['flows'] },
  // Asks whatever engine it is handed, by the presets' keys.
  explain: { may: ['flows'] },
  thresholds: { may: ['flows', 'metrics', 'samples'] },
  // Keeps what others raise; it knows the network it tells of by its form.
  events: { may: [], types: ['samples'] },
  // Which addresses may be connected to.
  reach: { may: [] },
  names: { may: ['reach'] },
  actions: { may: ['reach'] },
  store: { may: [] },
  // Rows of what is stored, for a server elsewhere.
  clickhouse: { may: [] },
  recording: { may: ['sources'] },
  'sample-network': { may: ['sources', 'sflow', 'packet'] },
  inspect: { may: ['sources', 'sflow', 'packet', 'samples', 'flows'] },
  engine: {
    may: [
      'inspect',
      'sources',
      'sflow',
      'packet',
      'samples',
      'flows',
      'explain',
      'metrics',
      'thresholds',
      'events',
      'names',
      'actions',
      'recording',
    ],
    types: ['store'],
  },
  // In a thread of its own: it answers as an engine does, from the recording.
  history: { may: ['engine', 'recording', 'inspect', 'sources', 'flows', 'metrics', 'samples'] },
  rpc: { may: ['engine'], types: ['flows', 'metrics', 'store'] },
  rest: { may: ['engine', 'rpc'], types: ['flows', 'metrics'] },
  hosts: {
    may: [
      'engine',
      'inspect',
      'rpc',
      'rest',
      'store',
      'clickhouse',
      'recording',
      'history',
      'sources',
      'samples',
      'sflow',
      'packet',
      'flows',
      'metrics',
      'names',
      'sample-network',
    ],
  },
  shell: { may: ['hosts'] },
};

/** Packages that only one folder may import. */
const owners: Record<string, string> = {
  electron: 'main/shell',
  'better-sqlite3': 'main/store',
  '@clickhouse/client': 'main/clickhouse',
};

type Import = { from: string; specifier: string; typeOnly: boolean };

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue)$/.test(name))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .toSorted();
}

/** The script of a file: for a component, what stands in its script elements. */
function scriptOf(path: string): string {
  const text = readFileSync(join(root, path), 'utf8');
  if (!path.endsWith('.vue')) return text;
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n');
}

const trees = new Map<string, ts.SourceFile>();

function treeOf(path: string): ts.SourceFile {
  const known = trees.get(path);
  if (known) return known;
  const tree = ts.createSourceFile(path, scriptOf(path), ts.ScriptTarget.Latest, true);
  trees.set(path, tree);
  return tree;
}

function importsOf(path: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteralLike(specifier))
      found.push({ from: path, specifier: specifier.text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && isImporter(node)) add(node.arguments[0], false);
    else if (ts.isNewExpression(node) && node.expression.getText() === 'URL') {
      // `new URL('./worker.ts', import.meta.url)`: how a thread is started.
      const address = node.arguments?.[0];
      if (address && ts.isStringLiteralLike(address) && /^\.{1,2}\/.*\.ts$/.test(address.text))
        add(address, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(treeOf(path));
  return found;
}

function isTypeImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

function isImporter(node: ts.CallExpression): boolean {
  return node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require';
}

/** 'main/flows', 'shared', 'renderer', or a package's name. */
function targetOf({ from, specifier }: Import): string {
  if (!specifier.startsWith('.')) {
    const parts = specifier.split('/');
    return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
  }
  const path = relative(root, resolve(root, dirname(from), specifier)).replaceAll('\\', '/');
  return folderOf(path);
}

function folderOf(path: string): string {
  const [side, folder] = path.split('/');
  return side === 'main' ? `main/${folder}` : side!;
}

const sources = ['shared', 'main', 'renderer'].flatMap(sourceFiles);
const imports = sources.flatMap(importsOf);
const tell = ({ from, specifier }: Import) => `${from} imports ${specifier}`;

describe('imports', () => {
  it('are found in all their forms', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(imports).toContainEqual(expect.objectContaining({ specifier: 'electron', typeOnly: true }));
    expect(imports).toContainEqual({
      from: 'main/hosts/worker.ts',
      specifier: '../engine/live.ts',
      typeOnly: false,
    });
    expect(imports).toContainEqual({
      from: 'main/hosts/thread.ts',
      specifier: './worker.ts',
      typeOnly: false,
    });
  });

  it('hold the outer walls: renderer -> shared <- main', () => {
    const across = imports.filter((found) => {
      const target = targetOf(found);
      if (found.from.startsWith('renderer/')) return target.startsWith('main/') || target === 'main';
      if (found.from.startsWith('shared/')) return /^(main|renderer)(\/|$)/.test(target);
      return target === 'renderer';
    });
    expect(across.map(tell)).toEqual([]);
  });

  it('keep shared free of any runtime', () => {
    const foreign = imports.filter(
      (found) =>
        found.from.startsWith('shared/') &&
        (targetOf(found).startsWith('node:') || targetOf(found) === 'vue'),
    );
    expect(foreign.map(tell)).toEqual([]);
  });

  it('follow the data path inside main', () => {
    const wrong = imports.filter((found) => {
      if (!found.from.startsWith('main/')) return false;
      const [from, target] = [folderOf(found.from), targetOf(found)];
      if (!target.startsWith('main/') || target === from) return false;
      const layer = layers[from.slice(5)];
      const allowed = [...(layer?.may ?? []), ...(found.typeOnly ? (layer?.types ?? []) : [])];
      return !allowed.includes(target.slice(5));
    });
    expect(wrong.map(tell)).toEqual([]);
  });

  it('name every folder of main', () => {
    const folders = readdirSync(join(root, 'main'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.filter((name) => layers[name] === undefined)).toEqual([]);
  });

  for (const [name, owner] of Object.entries(owners)) {
    it(`leave ${name} to ${owner}`, () => {
      const others = imports.filter((found) => targetOf(found) === name && folderOf(found.from) !== owner);
      expect(others.map(tell)).toEqual([]);
    });
  }

  it('keep tests and scripts out of the program', () => {
    const outside = imports.filter((found) => /^(test|scripts)$/.test(targetOf(found)));
    expect(outside.map(tell)).toEqual([]);
  });
});

describe('sources', () => {
  /** Lines outside comments that match; `where` limits the files. */
  function hits(pattern: RegExp, where: (path: string) => boolean): string[] {
    return sources.filter(where).flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          pattern.test(line) && !/^\s*(\*|\/\/|\/\*|<!--)/.test(line)
            ? [`${path}:${index + 1}: ${line.trim()}`]
            : [],
        ),
    );
  }

  it('never make markup or code of text', () => {
    expect(
      hits(
        /\bv-html\b|\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write\(|\beval\(|new Function\(/,
        () => true,
      ),
    ).toEqual([]);
  });

  it('make windows in one place, with preferences that stand in one place', () => {
    const makers = hits(/new BrowserWindow\(|new BrowserView\(|new WebContentsView\(|<webview/, () => true);
    expect(makers.map((hit) => hit.split(':')[0])).toEqual(['main/shell/window.ts']);
    const loosened =
      /(nodeIntegration\w*|allowRunningInsecureContent|webviewTag|experimentalFeatures): true|(sandbox|contextIsolation|webSecurity): false/;
    expect(hits(loosened, () => true)).toEqual([]);
  });

  it('open nothing outside and answer no call of a page but through its port', () => {
    expect(hits(/\bopenExternal\b|\bipcMain\b|\.sendSync\(|loadFile\(/, () => true)).toEqual([]);
  });

  it('have SQL in the store only, and that of a server elsewhere where it is spoken to', () => {
    const statement =
      /\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|DELETE\s+FROM|CREATE\s+(TABLE|INDEX|VIEW)|PRAGMA\s)\b/;
    expect(hits(statement, (path) => !/^main\/(store|clickhouse)\//.test(path))).toEqual([]);
  });

  it('are typed throughout', () => {
    const untyped: string[] = [];
    for (const path of sources) {
      const visit = (node: ts.Node): void => {
        if (node.kind === ts.SyntaxKind.AnyKeyword) {
          const { line } = treeOf(path).getLineAndCharacterOfPosition(node.getStart());
          untyped.push(`${path}:${line + 1}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(treeOf(path));
    }
    expect(untyped).toEqual([]);
    expect(hits(/@ts-(ignore|nocheck|expect-error)/, () => true)).toEqual([]);
  });

  it('say at their top why they are there', () => {
    // After the imports at the latest: the formatter sorts some of them above the paragraph.
    const silent = sources.filter((path) => {
      const beginning = scriptOf(path).replace(/^(\s*import\b[^;]*;)+/, '');
      return !/^\s*\/[*/]/.test(beginning) && !readFileSync(join(root, path), 'utf8').startsWith('<!--');
    });
    expect(silent).toEqual([]);
  });
});
