/**
 * The interface is loaded from `app://weir/`, an origin of its own: not a file, so that nothing else on disk is
 * its neighbour, and not a server, so that nothing else on the computer can ask. Which files there are, their
 * types and the content security policy are decided in hosts/renderer-files, the same for `serve`.
 */
import { type Protocol, protocol } from 'electron';
import { rendererFiles } from '../hosts/renderer-files.ts';

const scheme = 'app';

/** Where the interface lives. */
export const interfaceOrigin = `${scheme}://weir`;

/** Must be called before Electron is ready, so at the top level of the program. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers `app://weir/...` from the built interface in `root`, and any other request of the scheme with 404. */
export function serveInterface(target: Pick<Protocol, 'handle'>, root: string): void {
  const file = rendererFiles(root);
  target.handle(scheme, (request) => {
    const address = URL.parse(request.url);
    const ours =
      address !== null && address.host === 'weir' && (request.method === 'GET' || request.method === 'HEAD');
    if (!ours) return new Response(null, { status: 404 });
    const { status, headers, body } = file(address.pathname);
    return new Response(request.method === 'HEAD' ? null : body.slice(), { status, headers });
  });
}
