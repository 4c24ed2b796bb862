/** Whether the command palette and the keyboard help are open: a button, a key and a menu all open them. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export const usePalette = defineStore('palette', () => {
  const open = ref(false);
  const keyboardHelp = ref(false);
  return { open, keyboardHelp };
});
