import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Principal } from '../services.ts';

/** Whether the person's user source keeps a whole kind of collections from them (ModulesConstraints). */
export const isBarred = ({ barred = [] }: Principal, kind: CollectionKind): boolean =>
  kind === 'calendar' && barred.includes('Calendar');
