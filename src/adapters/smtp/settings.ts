/** How mail leaves, of one domain. */
export interface MailOut {
  readonly mechanism: 'smtp' | 'sendmail' | 'none';
  /** SOGoSMTPServer: a host, perhaps with a port, or a URL. */
  readonly server: string;
  /** WOSendMail. */
  readonly program: string;
  /** With whom the server's own mail logs in at the relay; absent: it does not. */
  readonly login?: {
    readonly user: string;
    readonly password: string;
    /** A SASL mechanism. */
    readonly method: string;
  };
}
