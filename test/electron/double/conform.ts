/**
 * Keeps the double of Electron honest: each of its objects may only have members that Electron's has, with types
 * that fit. A member that Electron does not have, or has otherwise, does not compile; one that Weir uses and the
 * double lacks fails at the first run. The methods of an event emitter are Node's own on both sides.
 */
import type { EventEmitter } from 'node:events';

type Fits<Double, Real> = {
  [Name in Exclude<keyof Double, keyof EventEmitter>]: Name extends keyof Real ? Real[Name] : never;
};

/** Checks `double` against the part of `Real` that it stands in for, and gives it back unchanged. */
export function conform<Real>() {
  return <Double extends object>(double: Double & Fits<Double, Real>): Double => double;
}

/** The double throws this where Electron would throw, fail later, or quietly do something unsafe. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
}
