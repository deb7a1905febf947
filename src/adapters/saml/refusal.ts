/** Why a message is not believed; for the log, never for whoever sent it. */
export type SamlReason =
  | 'algorithm'
  | 'assertion-count'
  | 'audience'
  | 'destination'
  | 'encryption'
  | 'expired'
  | 'in-response-to'
  | 'issuer'
  | 'no-login'
  | 'not-yet-valid'
  | 'recipient'
  | 'signature'
  | 'status'
  | 'structure'
  | 'too-large'
  | 'unreadable'
  | 'unsigned'
  | 'unsolicited';

/** A message of the identity provider, or of somebody who pretends to be it, that is not believed. */
export class SamlRefused extends Error {
  override readonly name = 'SamlRefused';
  readonly reason: SamlReason;
  constructor(reason: SamlReason, options?: { readonly cause: unknown }) {
    super(`a SAML message was refused: ${reason}`, options);
    this.reason = reason;
  }
}
