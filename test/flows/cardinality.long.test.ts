/** Ten million keys, three times. */
export {};

process.env.WEIR_LONG = 'yes';
await import('./cardinality.test.ts');
