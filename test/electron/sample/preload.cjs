const { contextBridge, ipcRenderer } = require('electron');

contextBridge.exposeInMainWorld('sample', { host: 'sample' });
ipcRenderer.once('weir-port', (event) => window.postMessage({ type: 'weir-port' }, '*', event.ports));
