/** The part of net-snmp that is used; the package brings no types. */
declare module 'net-snmp' {
  export type Varbind = { oid: string; type: number; value: unknown };
  export type SessionOptions = { port: number; retries: number; timeout: number; version: number };
  export type User = {
    name: string;
    level: number;
    authProtocol?: number;
    authKey?: string;
    privProtocol?: number;
    privKey?: string;
  };
  export type Session = {
    readonly dgram: import('node:dgram').Socket;
    get(oids: string[], done: (error: Error | null, varbinds: Varbind[]) => void): void;
    getBulk(
      oids: string[],
      nonRepeaters: number,
      maxRepetitions: number,
      done: (error: Error | null, varbinds: (Varbind | Varbind[])[]) => void,
    ): void;
    onMsg(bytes: Buffer): void;
    on(event: 'error', listener: (error: Error) => void): void;
    close(): void;
  };
  const snmp: {
    createSession(target: string, community: string, options: SessionOptions): Session;
    createV3Session(target: string, user: User, options: SessionOptions): Session;
    isVarbindError(varbind: Varbind): boolean;
    Version2c: number;
    Version3: number;
    SecurityLevel: Record<string, number>;
    AuthProtocols: Record<string, number>;
    PrivProtocols: Record<string, number>;
  };
  export default snmp;
}
