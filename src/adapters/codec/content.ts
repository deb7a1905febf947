import type { Content } from '../../domain/kernel/content.ts';
import type { BlobRef } from '../../domain/kernel/ids.ts';
import { Malformed, present, uint32 } from './fields.ts';
import type { Content as Body } from './generated/messages.ts';

export const writeContent = (content: Content): Body =>
  content.kind === 'inline'
    ? { inline: content.octets }
    : { blob: { ref: content.ref, size: uint32('size', content.size) } };

/** @throws Malformed */
export const readContent = (body: Body | null | undefined): Content => {
  const { inline, blob } = present('content', body);
  if (inline !== null && inline !== undefined) return { kind: 'inline', octets: inline };
  if (blob === null || blob === undefined) throw new Malformed('has neither octets nor a blob');
  return {
    kind: 'blob',
    ref: present('ref', blob.ref) as BlobRef,
    size: present('size', blob.size),
  };
};
