import { ADD_MEMBER } from '../href.ts';
import { ACL_QUERY, answerAclQuery } from '../sogo/acl-query.ts';
import { answerShare, SHARE } from '../invitations/share.ts';
import { SUBSCRIBE, subscribe, UNSUBSCRIBE } from '../sogo/subscribe.ts';
import type { DavRequest, Method } from '../tables.ts';
import { parseXml } from '../xml/parse.ts';
import type { XmlElement } from '../xml/element.ts';
import { badRequest, refuse } from '../errors.ts';
import { answerOutbox, isSchedulingMessage } from '../scheduling/outbox.ts';
import { addMember } from './add-member.ts';

const XML = /^\s*(?:application|text)\/xml\s*(?:;|$)/i;

/** The command of a body that is XML; `undefined` for any other body. @throws DavError 400, 413 */
const commandIn = ({ path, headers, body, services }: DavRequest): XmlElement | undefined => {
  const type = headers['content-type'];
  if (path.query === ADD_MEMBER || type === undefined || !XML.test(type)) return undefined;
  if (body.length > services.limits.xml) throw refuse(413);
  return parseXml(body, type);
};

/** POST to a collection: SOGo's commands and Apple's, which are XML, or a new member. */
export const postCollection: Method = {
  ...addMember,
  source: 'RFC 5995 §3, SOGo, calendarserver.org',
  async handle(request) {
    if (isSchedulingMessage(request)) return answerOutbox(request);
    const command = commandIn(request);
    if (command === undefined) return addMember.handle(request);
    switch (command.name) {
      case ACL_QUERY:
        return answerAclQuery(request, command);
      case SHARE:
        return answerShare(request, command);
      case SUBSCRIBE:
      case UNSUBSCRIBE:
        return subscribe(request, command);
      default:
        throw badRequest(`${command.name} is no command here.`);
    }
  },
};
