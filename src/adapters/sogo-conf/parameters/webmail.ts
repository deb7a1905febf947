import { anyDictionary, dictionary, list, texts } from '../compound-types.ts';
import { domain, system, user } from '../row.ts';
import { bool, certificate, integer, minutes, oneOf, text } from '../scalar-types.ts';

const receipt = oneOf('ignore', 'ask', 'send');

/** Reading and writing mail in a browser. */
export const webmailParameters = {
  SOGoMailMessageForwarding: user(
    oneOf('inline', 'attached'),
    'how messages are forwarded',
    'inline',
  ),
  SOGoMailCustomFullName: user(text, 'name in From'),
  SOGoMailCustomEmail: user(text, 'address in From'),
  SOGoMailReplyPlacement: user(
    oneOf('below', 'above'),
    'where a reply is written, seen from the quotation',
    'below',
  ),
  SOGoMailReplyTo: user(text, 'Reply-To of what is sent'),
  SOGoMailSignaturePlacement: user(
    oneOf('below', 'above'),
    'where the signature stands, seen from the quotation',
    'below',
  ),
  SOGoMailComposeMessageType: user(oneOf('text', 'html'), 'what messages are written in', 'text'),
  SOGoMailCustomFromEnabled: domain(bool, 'people may choose their From', false),
  SOGoMailJunkSettings: domain(anyDictionary, 'where junk and no junk are reported'),
  SOGoMailKeepDraftsAfterSend: domain(bool, 'a draft stays when it was sent', false),
  SOGoMailCertificateEnabled: domain(bool, 'people may have S/MIME certificates', true),
  SOGoCreateIdentitiesDisabled: domain(bool, 'people may add no identities', false),
  SOGoForceRawHtmlSignature: domain(bool, 'signatures stand in an element of their own', true),
  SOGoEnableMailCleaning: system(bool, 'mailboxes can be cleaned of old messages', false),
  SOGoMailAttachTextDocumentsInline: domain(bool, 'text attachments are sent inline', false),
  SOGoMailIdentities: user(list(anyDictionary), 'identities'),
  SOGoMailForceDefaultIdentity: user(bool, 'replies use the default identity', false),
  SOGoMailCertificate: user(certificate, 'S/MIME key and certificate'),
  SOGoMailCertificateAlwaysSign: user(bool, 'sign all messages', false),
  SOGoMailCertificateAlwaysEncrypt: user(bool, 'encrypt all messages', false),
  SOGoMailDisplayFullEmail: user(bool, 'lists show addresses, not names', false),
  SOGoMailHideInlineAttachments: user(bool, 'do not list inline pictures as attachments', false),
  SOGoMailDisplayAttachmentAbove: user(bool, 'attachments above the text', false),
  SOGoMailDisplayRemoteInlineImages: user(
    oneOf('never', 'always'),
    'when pictures of other servers are loaded',
    'never',
  ),
  SOGoMailUseSignatureOnNew: user(bool, 'signature under new messages', true),
  SOGoMailUseSignatureOnReply: user(bool, 'signature under replies', true),
  SOGoMailUseSignatureOnForward: user(bool, 'signature under forwarded messages', true),
  SOGoMailComposeWindow: user(oneOf('inline', 'popup'), 'where messages are written'),
  SOGoMailComposeFontSize: user(integer(), 'size of letters in the editor; 0: its own', 0),
  SOGoMailAutoSave: user(minutes, 'between two savings of a draft', 5),
  SOGoMailAutoMarkAsReadDelay: user(
    integer('seconds', { min: -1 }),
    'until a shown message counts as read; -1: never',
    0,
  ),
  SOGoMailSortByThreads: user(bool, 'lists are threaded', false),
  SOGoMailSynchronizeOnlyDefaultFolders: user(
    bool,
    'ActiveSync sees the usual mailboxes only',
    false,
  ),
  SOGoMailLabelsColors: user(dictionary(texts), 'labels: keyword to name and colour'),
  SOGoMailReceiptAllow: user(bool, 'answer requests for receipts', false),
  SOGoMailReceiptNonRecipientAction: user(
    receipt,
    'receipt where the person is no recipient',
    'ignore',
  ),
  SOGoMailReceiptOutsideDomainAction: user(
    receipt,
    'receipt where the sender is of another domain',
    'ignore',
  ),
  SOGoMailReceiptAnyAction: user(receipt, 'receipt in all other cases', 'ignore'),
  AuxiliaryMailAccounts: user(list(anyDictionary), 'further mail accounts', []),
  Vacation: user(anyDictionary, 'vacation reply'),
  Forward: user(anyDictionary, 'forwarding'),
  Notification: user(anyDictionary, 'notices'),
};
