/** The package has no types of its own. */
declare module 'unix-crypt-td-js' {
  const crypt: (password: readonly number[], salt: string) => string;
  export = crypt;
}
