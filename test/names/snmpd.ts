/** Debian's snmpd on loopback, with its files in a folder that is gone when it is stopped. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { honest, stubAgent } from './snmp-agent.ts';

const SNMPD = '/usr/sbin/snmpd';
export const hasSnmpd = existsSync(SNMPD);
export const SNMPD_COMMUNITY = 'weir-secret';
export const SNMPD_USER = {
  user: 'weir',
  authenticationKey: 'authentic-password',
  encryptionKey: 'encrypted-password',
};

/** Starts one called leaf1.example whose loopback interface has the alias “to the core”. */
export async function startSnmpd(): Promise<{ port: number; stop: () => void }> {
  const directory = mkdtempSync(join(tmpdir(), 'weir-snmpd-'));
  // A port that was free a moment ago.
  const probe = await stubAgent(honest([]));
  probe.close();
  const configuration = join(directory, 'snmpd.conf');
  writeFileSync(
    configuration,
    [
      `agentAddress udp:127.0.0.1:${probe.port}`,
      'sysName leaf1.example',
      `rocommunity ${SNMPD_COMMUNITY} 127.0.0.1`,
      `createUser ${SNMPD_USER.user} SHA-256 "${SNMPD_USER.authenticationKey}" AES "${SNMPD_USER.encryptionKey}"`,
      `rouser ${SNMPD_USER.user} priv`,
      'override 1.3.6.1.2.1.31.1.1.1.18.1 octet_str "to the core"',
    ].join('\n'),
  );
  const daemon = spawn(
    SNMPD,
    ['-f', '-LE', '3', '-C', '-c', configuration, '-r', '-p', join(directory, 'pid')],
    {
      env: { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: join(directory, 'var') },
      stdio: 'ignore',
    },
  );
  return {
    port: probe.port,
    stop() {
      daemon.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
