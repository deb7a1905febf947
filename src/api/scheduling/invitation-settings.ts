import type { Preferences } from '../../domain/preferences/preferences.ts';

/** What people said of invitations, among their settings (`settings/Calendar/…`). */
const PATH = 'settings/Calendar/';

type Chosen = Pick<Preferences, 'settings'> | undefined;

const settingOf = (chosen: Chosen, name: string): unknown => {
  const json = chosen?.settings.get(`${PATH}${name}`);
  return json === undefined ? undefined : JSON.parse(json);
};

const isOn = (chosen: Chosen, name: string): boolean => {
  const value = settingOf(chosen, name);
  return value === 1 || value === true || value === '1';
};

/**
 * Whether somebody is not to be invited by a login (PreventInvitations, PreventInvitationsWhitelist); absent: by somebody
 * elsewhere, whom nobody can list.
 */
export const preventsInvitation = (chosen: Chosen, login: string | undefined): boolean => {
  if (!isOn(chosen, 'PreventInvitations')) return false;
  const listed = settingOf(chosen, 'PreventInvitationsWhitelist');
  const known = typeof listed === 'object' && listed !== null ? Object.keys(listed) : [];
  return !known.some((one) => one.toLowerCase() === login);
};

/** What somebody wants to be answered for him. */
export interface AnsweredAlone {
  /** Accepts what he is free for. */
  readonly accepts: boolean;
  /** Declines what he is not free for. */
  readonly declines: boolean;
}

export const answeredAlone = (chosen: Chosen): AnsweredAlone => ({
  accepts: isOn(chosen, 'AutoAcceptInvitations'),
  declines: isOn(chosen, 'AutoDeclineConflicts'),
});

/** Whether bookings of a resource wait for one of those who look after it. */
export const wantsApproval = (chosen: Chosen): boolean => isOn(chosen, 'BookingApproval');
