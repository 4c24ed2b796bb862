/** Thirty thousand simulations of each kind of traffic. */
export {};

process.env.WEIR_LONG = 'yes';
await import('./coverage.test.ts');
