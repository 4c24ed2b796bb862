/** Three thousand random definitions. */
export {};

process.env.WEIR_LONG = 'yes';
await import('./model.test.ts');
