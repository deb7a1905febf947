import type { SourceUser, UserSource } from '../../../src/domain/account/user-source.ts';

/** A source that knows people by their logins and addresses. */
export const peopleSource = (
  ...people: readonly Pick<SourceUser, 'login' | 'mail'>[]
): UserSource => {
  const users = people.map(
    (one): SourceUser => ({ ...one, source: 'people', displayName: one.login }),
  );
  return {
    id: 'people',
    authenticate: async () => undefined,
    lookup: async (typed) =>
      users.find(({ login, mail }) => [login, mail].includes(typed.trim().toLowerCase())),
    close: async () => undefined,
  };
};
