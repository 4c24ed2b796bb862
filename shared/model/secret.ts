/** What passes between an engine and the place where secrets are kept. No window or browser can make these calls. */

/**
 * A secret in a setting. Read: whether one is kept. Written: text takes its place, true leaves what is kept, false
 * takes it away. It is never given out again.
 */
export type Secret = string | boolean;

export type SecretApi = {
  'secrets.read': (name: string) => string | null;
  'secrets.write': (name: string, secret: string | null) => null;
};
