/** A virtual day of a service with ever-new names, and a million agents that nobody has. */
export {};

process.env.WEIR_LONG = 'yes';
await import('./crowd.test.ts');
