import {
  type DeviceDetails,
  type DeviceEvent,
  type DeviceId,
  deviceStandings,
  policyExtents,
  wipeScopes,
} from '../../domain/account/devices.ts';
import { oneOf, present } from './fields.ts';
import { messages } from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

const named = (device: string | null | undefined): DeviceId =>
  present('device', device) as DeviceId;

const said = (details: Readonly<Record<string, unknown>>): DeviceDetails =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => typeof value === 'string'));

export const deviceSchemas: Schemas<DeviceEvent> = {
  DeviceConnected: schema({
    message: messages.account.DeviceConnected,
    write: ({ type: _type, ...body }) => body,
    read: ({ device, deviceType, agent, protocolVersion, standing }) => ({
      type: 'DeviceConnected',
      device: named(device),
      deviceType: present('deviceType', deviceType),
      agent: present('agent', agent),
      protocolVersion: present('protocolVersion', protocolVersion),
      standing: oneOf('standing', ['allowed', 'quarantined'], standing),
    }),
  }),
  DeviceDescribed: schema({
    message: messages.account.DeviceDescribed,
    write: ({ device, details }) => ({ device, ...details }),
    read: ({
      device,
      model,
      imei,
      friendlyName,
      os,
      osLanguage,
      phoneNumber,
      userAgent,
      mobileOperator,
    }) => ({
      type: 'DeviceDescribed',
      device: named(device),
      details: said({
        ...{ model, imei, friendlyName, os, osLanguage, phoneNumber, userAgent, mobileOperator },
      }),
    }),
  }),
  DevicePolicyRecorded: schema({
    message: messages.account.DevicePolicyRecorded,
    write: ({ device, policy, extent }) => ({ device, policy, extent }),
    read: ({ device, policy, extent }) => ({
      type: 'DevicePolicyRecorded',
      device: named(device),
      policy: present('policy', policy),
      extent: oneOf('extent', policyExtents, extent),
    }),
  }),
  DeviceStandingChanged: schema({
    message: messages.account.DeviceStandingChanged,
    write: ({ device, standing }) => ({ device, standing }),
    read: ({ device, standing }) => ({
      type: 'DeviceStandingChanged',
      device: named(device),
      standing: oneOf('standing', deviceStandings, standing),
    }),
  }),
  DeviceWipeRequested: schema({
    message: messages.account.DeviceWipeRequested,
    write: ({ device, scope }) => ({ device, scope }),
    read: ({ device, scope }) => ({
      type: 'DeviceWipeRequested',
      device: named(device),
      scope: oneOf('scope', wipeScopes, scope),
    }),
  }),
  DeviceWipeRecorded: schema({
    message: messages.account.DeviceWipeRecorded,
    write: ({ device, succeeded }) => ({ device, succeeded }),
    read: ({ device, succeeded }) => ({
      type: 'DeviceWipeRecorded',
      device: named(device),
      succeeded: present('succeeded', succeeded),
    }),
  }),
  DeviceForgotten: schema({
    message: messages.account.DeviceForgotten,
    write: ({ device }) => ({ device }),
    read: ({ device }) => ({ type: 'DeviceForgotten', device: named(device) }),
  }),
};
