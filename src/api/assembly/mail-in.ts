import { residentsOver } from '../mail-in/heeding.ts';
import { type TakeMail, takingMail } from '../mail-in/taking.ts';
import type { WorkingScheduling } from '../scheduling/scheduling.ts';
import type { Services } from '../services.ts';
import type { Ground } from './ground.ts';

/** What becomes of mail that comes in. */
export const takeMailOn = (
  { foundation, now }: Ground,
  { sharing, scheduling }: Pick<Services, 'sharing'> & { readonly scheduling: WorkingScheduling },
): TakeMail =>
  takingMail({
    read: foundation.mail.read,
    residents: residentsOver({
      ...{ sharing, people: scheduling.people },
      accounts: foundation.rows.accounts,
      sources: foundation.sources,
    }),
    heed: scheduling.heed,
    ...(foundation.mail.prover === undefined ? {} : { prover: foundation.mail.prover }),
    now,
  });
