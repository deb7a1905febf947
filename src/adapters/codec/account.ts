import type { AccountEvent } from '../../domain/account/account.ts';
import { type AppPasswordId, appPasswordProtocols } from '../../domain/account/app-passwords.ts';
import type { LoginEvent } from '../../domain/account/login.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import { deviceSchemas } from './devices.ts';
import { oneOf, present } from './fields.ts';
import { messages } from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

export const accountSchemas: Schemas<AccountEvent | LoginEvent> = {
  AccountOpened: schema({
    message: messages.account.AccountOpened,
    write: ({ login, displayName, mail, source }) => ({
      login,
      displayName,
      mail,
      ...(source === undefined ? {} : { source }),
    }),
    read: ({ login, displayName, mail, source }) => ({
      type: 'AccountOpened',
      login: present('login', login),
      displayName: present('displayName', displayName),
      mail: present('mail', mail),
      ...(typeof source === 'string' ? { source } : {}),
    }),
  }),
  PasswordSet: schema({
    message: messages.account.PasswordSet,
    write: ({ passwordHash }) => ({ passwordHash }),
    read: ({ passwordHash }) => ({
      type: 'PasswordSet',
      passwordHash: present('passwordHash', passwordHash),
    }),
  }),
  AccountRemoved: schema({
    message: messages.account.AccountRemoved,
    write: () => ({}),
    read: () => ({ type: 'AccountRemoved' }),
  }),
  AccountRenamed: schema({
    message: messages.account.AccountRenamed,
    write: ({ login, displayName, mail }) => ({
      login,
      ...(displayName === undefined ? {} : { displayName }),
      ...(mail === undefined ? {} : { mail }),
    }),
    read: ({ login, displayName, mail }) => ({
      type: 'AccountRenamed',
      login: present('login', login),
      ...(typeof displayName === 'string' ? { displayName } : {}),
      ...(typeof mail === 'string' ? { mail } : {}),
    }),
  }),
  AccountErased: schema({
    message: messages.account.AccountErased,
    write: () => ({}),
    read: () => ({ type: 'AccountErased' }),
  }),
  AppPasswordAdded: schema({
    message: messages.account.AppPasswordAdded,
    write: ({ id, name, protocols, digest }) => ({ id, name, protocols, digest }),
    read: ({ id, name, protocols, digest }) => ({
      type: 'AppPasswordAdded',
      id: present('id', id) as AppPasswordId,
      name: present('name', name),
      protocols: (protocols ?? []).map((one) => oneOf('protocol', appPasswordProtocols, one)),
      digest: present('digest', digest),
    }),
  }),
  AppPasswordRevoked: schema({
    message: messages.account.AppPasswordRevoked,
    write: ({ id }) => ({ id }),
    read: ({ id }) => ({ type: 'AppPasswordRevoked', id: present('id', id) as AppPasswordId }),
  }),
  SecondFactorEnrolled: schema({
    message: messages.account.SecondFactorEnrolled,
    write: ({ secret }) => ({ secret }),
    read: ({ secret }) => ({ type: 'SecondFactorEnrolled', secret: present('secret', secret) }),
  }),
  SecondFactorTurnedOn: schema({
    message: messages.account.SecondFactorTurnedOn,
    write: ({ recoveryCodes }) => ({ recoveryCodes }),
    read: ({ recoveryCodes }) => ({
      type: 'SecondFactorTurnedOn',
      recoveryCodes: recoveryCodes ?? [],
    }),
  }),
  SecondFactorTurnedOff: schema({
    message: messages.account.SecondFactorTurnedOff,
    write: () => ({}),
    read: () => ({ type: 'SecondFactorTurnedOff' }),
  }),
  RecoveryCodesReplaced: schema({
    message: messages.account.RecoveryCodesReplaced,
    write: ({ recoveryCodes }) => ({ recoveryCodes }),
    read: ({ recoveryCodes }) => ({
      type: 'RecoveryCodesReplaced',
      recoveryCodes: recoveryCodes ?? [],
    }),
  }),
  RecoveryCodeUsed: schema({
    message: messages.account.RecoveryCodeUsed,
    write: ({ digest }) => ({ digest }),
    read: ({ digest }) => ({ type: 'RecoveryCodeUsed', digest: present('digest', digest) }),
  }),
  ...deviceSchemas,
  LoginClaimed: schema({
    message: messages.account.LoginClaimed,
    write: ({ account }) => ({ account }),
    read: ({ account }) => ({
      type: 'LoginClaimed',
      account: present('account', account) as AccountId,
    }),
  }),
  LoginReleased: schema({
    message: messages.account.LoginReleased,
    write: ({ account }) => ({ account }),
    read: ({ account }) => ({
      type: 'LoginReleased',
      account: present('account', account) as AccountId,
    }),
  }),
};
