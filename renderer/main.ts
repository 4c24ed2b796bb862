/** Start of the window: connection first, then the screens that ask over it. */
import './theme/tokens.css';
import './theme/base.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { createApi, startApi, useApi } from './api.ts';
import { startCommands } from './composables/useMenuCommand.ts';
import { openConnection } from './connection.ts';
import { useAppearance } from './stores/appearance.ts';
import { useWorkspaces } from './stores/workspaces.ts';

startApi(createApi(openConnection()));
startCommands((listener) => useApi().on('menu', ({ command }) => listener(command)));

const app = createApp(App).use(createPinia());
// Before the first picture, so that it already has its theme.
useAppearance();
useWorkspaces().start();
app.mount('#app');
