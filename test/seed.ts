/**
 * What fast-check draws is the same in each run of `npm test`, so that a change is judged by what it changed. With
 * WEIR_SEED=new, as `npm run test:long` sets it, each run draws anew, to find what nobody thought of; a failure
 * prints its seed.
 */
import fc from 'fast-check';

if (process.env.WEIR_SEED !== 'new') fc.configureGlobal({ seed: 20_261_129 });
