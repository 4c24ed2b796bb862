/** A real ClickHouse server on loopback, with a folder, a user and a port of its own, that a test may kill and start again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** null where no server is installed. */
export const serverProgram =
  ['/usr/sbin', '/usr/bin', '/usr/local/bin']
    .map((folder) => join(folder, 'clickhouse-server'))
    .find(existsSync) ?? null;

export const SECRET = 'a secret & more';

export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export class RealServer {
  readonly address: string;
  readonly #folder: string;
  #child: ChildProcess | null = null;

  constructor(folder: string, port: number) {
    this.#folder = folder;
    this.address = `http://127.0.0.1:${port}`;
    for (const name of ['data', 'tmp', 'log']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(
      join(folder, 'config.xml'),
      `<yandex><logger><level>error</level><log>${folder}/log/log</log><errorlog>${folder}/log/errors</errorlog></logger>
<http_port>${port}</http_port><listen_host>127.0.0.1</listen_host><path>${folder}/data/</path><tmp_path>${folder}/tmp/</tmp_path>
<users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>16777216</mark_cache_size></yandex>`,
    );
    writeFileSync(
      join(folder, 'users.xml'),
      `<yandex><profiles><default/></profiles><users><weir><password>${SECRET.replace('&', '&amp;')}</password>
<networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></weir></users><quotas><default/></quotas></yandex>`,
    );
  }

  async start(): Promise<void> {
    this.#child = spawn(serverProgram!, [`--config-file=${join(this.#folder, 'config.xml')}`], {
      stdio: 'ignore',
      cwd: this.#folder,
    });
    for (let left = 600; ; left--) {
      try {
        if ((await this.ask('SELECT 1')).trim() === '1') return;
      } catch {
        // It is on its way.
      }
      if (left === 0) throw new Error('The ClickHouse server did not come up.');
      await pause(50);
    }
  }

  async ask(query: string): Promise<string> {
    const answer = await fetch(this.address, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': 'weir', 'X-ClickHouse-Key': SECRET },
      body: query,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  }

  /** Ends it with SIGKILL. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
