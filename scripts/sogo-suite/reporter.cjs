// Handed to Jasmine, which requires it: one JSON line for each finished test, on standard output,
// behind a mark that no test prints by chance.

const MARK = '\u0001';

const failures = (result) =>
  result.failedExpectations.map(({ message }) => message.replaceAll(/\s+/g, ' ').trim());

module.exports = class {
  #print(line) {
    process.stdout.write(`${MARK}${JSON.stringify(line)}\n`);
  }
  specDone(result) {
    this.#print({ name: result.fullName, status: result.status, failures: failures(result) });
  }
  // What a whole group did before or after its tests, and did not manage to.
  suiteDone(result) {
    if (result.failedExpectations.length > 0)
      this.#print({ name: result.fullName, status: 'failed', failures: failures(result) });
  }
};
