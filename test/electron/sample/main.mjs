// The smallest application that uses each part of the double once. MISUSE names one rule to break.
import { join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, MessageChannelMain, protocol, screen, session } from 'electron';

const misuse = process.env.MISUSE ?? '';
const scheme = [{ scheme: 'app', privileges: { standard: true, secure: true } }];
const page = `<!doctype html><title>Sample</title><body><p>none</p><a href="https://example.net/">away</a>
<input type="file"><script src="page.js"></script>`;
const script = `
addEventListener('message', ({ data, ports: [port] }) => {
  if (data.type !== 'weir-port') return;
  port.onmessage = ({ data }) => {
    document.querySelector('p').textContent = data.columns.constructor.name + ' ' + data.columns.join() + ' ' + data.at;
    port.postMessage({ back: data.columns, bridge: [window.sample.host, Object.isFrozen(window.sample)] });
  };
});
document.addEventListener('securitypolicyviolation', () => { document.title = 'violation'; });
`;

const dataDirectory = process.argv.find((word) => word.startsWith('--data-directory='))?.slice(17);
app.setPath('userData', dataDirectory);
if (misuse !== 'scheme after ready') protocol.registerSchemesAsPrivileged(scheme);
if (misuse === 'screen before ready') screen.getPrimaryDisplay();

if (!app.requestSingleInstanceLock({ words: process.argv.slice(2) })) app.exit(7);
app.on('second-instance', (_event, _argv, _folder, data) => console.log('second', JSON.stringify(data)));
process.on('SIGTERM', () => app.quit());
for (const name of ['before-quit', 'window-all-closed', 'will-quit', 'quit'])
  app.on(name, () => console.log(`event ${name}`));
app.on('window-all-closed', () => app.quit());

async function start() {
  if (misuse === 'scheme after ready') protocol.registerSchemesAsPrivileged(scheme);
  const answer = (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/page.js')
      return new Response(script, { headers: { 'content-type': 'text/javascript' } });
    const policy = "default-src 'none'; script-src 'self'";
    const headers = { 'content-type': 'text/html', 'content-security-policy': policy };
    return pathname === '/' ? new Response(page, { headers }) : new Response('', { status: 404 });
  };
  protocol.handle('app', answer);
  if (misuse === 'two handlers') protocol.handle('app', answer);
  if (misuse !== 'no permissions') {
    session.defaultSession.setPermissionRequestHandler((_contents, _name, answer) => answer(false));
    session.defaultSession.setPermissionCheckHandler(() => false);
    session.defaultSession.setDevicePermissionHandler(() => false);
  }
  session.defaultSession.on('will-download', (_event, item) =>
    item.setSaveDialogOptions({ title: item.getFilename() }),
  );
  const choose = async () => console.log('chosen', (await dialog.showOpenDialog({})).filePaths.join());
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([{ label: '&File', submenu: [{ label: 'Open', click: choose }] }]),
  );
  if (misuse === 'menu without label') Menu.buildFromTemplate([{ click: choose }]);
  const window = new BrowserWindow({
    webPreferences: {
      sandbox: misuse !== 'no sandbox',
      contextIsolation: misuse !== 'no isolation',
      preload: join(import.meta.dirname, misuse === 'preload requires fs' ? 'greedy.cjs' : 'preload.cjs'),
    },
  });
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('did-finish-load', () => {
    const { port1, port2 } = new MessageChannelMain();
    port1.on('message', ({ data }) => console.log('page', data.back.constructor.name, JSON.stringify(data)));
    port1.on('close', () => console.log('port closed'));
    port1.start();
    const at = misuse === 'function in message' ? () => 1 : 7n;
    port1.postMessage({ columns: new Float64Array([1.5, -0, Number.NaN]), at });
    window.webContents.postMessage('weir-port', null, [port2]);
    if (misuse === 'port twice') window.webContents.postMessage('weir-port', null, [port2]);
  });
  await window.loadURL('app://weir/');
}

// What is thrown ends the program with its sentence.
await Promise.resolve();
void app
  .whenReady()
  .then(start)
  .catch((error) => {
    console.log(`misuse: ${error.message}`);
    app.exit(3);
  });
process.on('uncaughtException', (error) => {
  console.log(`misuse: ${error.message}`);
  app.exit(3);
});
