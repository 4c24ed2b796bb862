/** The page at /api/index.html: it knows of REST only what the OpenAPI document says. */
import '../theme/tokens.css';
import '../theme/base.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { useAppearance } from '../stores/appearance.ts';
import Explorer from './Explorer.vue';

const app = createApp(Explorer).use(createPinia());
// Before the first picture, so that it already has its theme.
useAppearance();
app.mount('#app');
