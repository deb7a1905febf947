import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { NoticeText } from './folder-texts.ts';
import type { MailLanguage } from './languages.ts';

/** What happened to somebody's own rights in somebody else's collection. */
export type RightsChange = 'given' | 'changed' | 'taken';

type RightsTexts = Readonly<Record<CollectionKind, Readonly<Record<RightsChange, NoticeText>>>> & {
  /** Before the address of a page on which one subscribes. */
  readonly subscribe: string;
  /** Before the address that programs reach it at. */
  readonly address: string;
};

/** `%s` is the collection's name and `%o` its owner's; both stand in the sentence, the collection's in the subject. */
export const rightsTexts: Readonly<Record<MailLanguage, RightsTexts>> = {
  en: {
    calendar: {
      given: {
        subject: 'Calendar shared with you: %s',
        sentence: 'You were given rights in the calendar “%s” of %o.',
      },
      changed: {
        subject: 'Rights changed in a calendar: %s',
        sentence: 'Your rights in the calendar “%s” of %o were changed.',
      },
      taken: {
        subject: 'Calendar no longer shared with you: %s',
        sentence: 'The rights you were given in the calendar “%s” of %o were taken back.',
      },
    },
    addressbook: {
      given: {
        subject: 'Address book shared with you: %s',
        sentence: 'You were given rights in the address book “%s” of %o.',
      },
      changed: {
        subject: 'Rights changed in an address book: %s',
        sentence: 'Your rights in the address book “%s” of %o were changed.',
      },
      taken: {
        subject: 'Address book no longer shared with you: %s',
        sentence: 'The rights you were given in the address book “%s” of %o were taken back.',
      },
    },
    subscribe: 'Subscribe to it',
    address: 'Its address for programs',
  },
  de: {
    calendar: {
      given: {
        subject: 'Kalender für Sie freigegeben: %s',
        sentence: 'Im Kalender „%s“ von %o wurden Ihnen Rechte gegeben.',
      },
      changed: {
        subject: 'Rechte in einem Kalender geändert: %s',
        sentence: 'Ihre Rechte im Kalender „%s“ von %o wurden geändert.',
      },
      taken: {
        subject: 'Kalender nicht mehr für Sie freigegeben: %s',
        sentence: 'Die Rechte, die Sie im Kalender „%s“ von %o hatten, wurden zurückgenommen.',
      },
    },
    addressbook: {
      given: {
        subject: 'Adressbuch für Sie freigegeben: %s',
        sentence: 'Im Adressbuch „%s“ von %o wurden Ihnen Rechte gegeben.',
      },
      changed: {
        subject: 'Rechte in einem Adressbuch geändert: %s',
        sentence: 'Ihre Rechte im Adressbuch „%s“ von %o wurden geändert.',
      },
      taken: {
        subject: 'Adressbuch nicht mehr für Sie freigegeben: %s',
        sentence: 'Die Rechte, die Sie im Adressbuch „%s“ von %o hatten, wurden zurückgenommen.',
      },
    },
    subscribe: 'Abonnieren',
    address: 'Adresse für Programme',
  },
  fr: {
    calendar: {
      given: {
        subject: 'Agenda partagé avec vous : %s',
        sentence: 'Des droits vous ont été donnés dans l’agenda « %s » de %o.',
      },
      changed: {
        subject: 'Droits modifiés dans un agenda : %s',
        sentence: 'Vos droits dans l’agenda « %s » de %o ont été modifiés.',
      },
      taken: {
        subject: 'Agenda qui n’est plus partagé avec vous : %s',
        sentence: 'Vos droits dans l’agenda « %s » de %o ont été retirés.',
      },
    },
    addressbook: {
      given: {
        subject: 'Carnet d’adresses partagé avec vous : %s',
        sentence: 'Des droits vous ont été donnés dans le carnet d’adresses « %s » de %o.',
      },
      changed: {
        subject: 'Droits modifiés dans un carnet d’adresses : %s',
        sentence: 'Vos droits dans le carnet d’adresses « %s » de %o ont été modifiés.',
      },
      taken: {
        subject: 'Carnet d’adresses qui n’est plus partagé avec vous : %s',
        sentence: 'Vos droits dans le carnet d’adresses « %s » de %o ont été retirés.',
      },
    },
    subscribe: 'S’y abonner',
    address: 'Son adresse pour les programmes',
  },
  es: {
    calendar: {
      given: {
        subject: 'Calendario compartido con usted: %s',
        sentence: 'Se le han dado permisos en el calendario «%s» de %o.',
      },
      changed: {
        subject: 'Permisos cambiados en un calendario: %s',
        sentence: 'Sus permisos en el calendario «%s» de %o han cambiado.',
      },
      taken: {
        subject: 'Calendario que ya no se comparte con usted: %s',
        sentence: 'Se han retirado sus permisos en el calendario «%s» de %o.',
      },
    },
    addressbook: {
      given: {
        subject: 'Libreta de direcciones compartida con usted: %s',
        sentence: 'Se le han dado permisos en la libreta de direcciones «%s» de %o.',
      },
      changed: {
        subject: 'Permisos cambiados en una libreta de direcciones: %s',
        sentence: 'Sus permisos en la libreta de direcciones «%s» de %o han cambiado.',
      },
      taken: {
        subject: 'Libreta de direcciones que ya no se comparte con usted: %s',
        sentence: 'Se han retirado sus permisos en la libreta de direcciones «%s» de %o.',
      },
    },
    subscribe: 'Suscribirse',
    address: 'Su dirección para programas',
  },
  it: {
    calendar: {
      given: {
        subject: 'Calendario condiviso con lei: %s',
        sentence: 'Le sono stati dati dei diritti nel calendario «%s» di %o.',
      },
      changed: {
        subject: 'Diritti modificati in un calendario: %s',
        sentence: 'I suoi diritti nel calendario «%s» di %o sono stati modificati.',
      },
      taken: {
        subject: 'Calendario non più condiviso con lei: %s',
        sentence: 'I suoi diritti nel calendario «%s» di %o sono stati revocati.',
      },
    },
    addressbook: {
      given: {
        subject: 'Rubrica condivisa con lei: %s',
        sentence: 'Le sono stati dati dei diritti nella rubrica «%s» di %o.',
      },
      changed: {
        subject: 'Diritti modificati in una rubrica: %s',
        sentence: 'I suoi diritti nella rubrica «%s» di %o sono stati modificati.',
      },
      taken: {
        subject: 'Rubrica non più condivisa con lei: %s',
        sentence: 'I suoi diritti nella rubrica «%s» di %o sono stati revocati.',
      },
    },
    subscribe: 'Abbonarsi',
    address: 'Indirizzo per i programmi',
  },
  nl: {
    calendar: {
      given: {
        subject: 'Agenda met u gedeeld: %s',
        sentence: 'U hebt rechten gekregen in de agenda ‘%s’ van %o.',
      },
      changed: {
        subject: 'Rechten in een agenda gewijzigd: %s',
        sentence: 'Uw rechten in de agenda ‘%s’ van %o zijn gewijzigd.',
      },
      taken: {
        subject: 'Agenda niet meer met u gedeeld: %s',
        sentence: 'Uw rechten in de agenda ‘%s’ van %o zijn ingetrokken.',
      },
    },
    addressbook: {
      given: {
        subject: 'Adresboek met u gedeeld: %s',
        sentence: 'U hebt rechten gekregen in het adresboek ‘%s’ van %o.',
      },
      changed: {
        subject: 'Rechten in een adresboek gewijzigd: %s',
        sentence: 'Uw rechten in het adresboek ‘%s’ van %o zijn gewijzigd.',
      },
      taken: {
        subject: 'Adresboek niet meer met u gedeeld: %s',
        sentence: 'Uw rechten in het adresboek ‘%s’ van %o zijn ingetrokken.',
      },
    },
    subscribe: 'Abonneren',
    address: 'Adres voor programma’s',
  },
  pt: {
    calendar: {
      given: {
        subject: 'Calendário partilhado consigo: %s',
        sentence: 'Foram-lhe dadas permissões no calendário «%s» de %o.',
      },
      changed: {
        subject: 'Permissões alteradas num calendário: %s',
        sentence: 'As suas permissões no calendário «%s» de %o foram alteradas.',
      },
      taken: {
        subject: 'Calendário que já não é partilhado consigo: %s',
        sentence: 'As suas permissões no calendário «%s» de %o foram retiradas.',
      },
    },
    addressbook: {
      given: {
        subject: 'Livro de endereços partilhado consigo: %s',
        sentence: 'Foram-lhe dadas permissões no livro de endereços «%s» de %o.',
      },
      changed: {
        subject: 'Permissões alteradas num livro de endereços: %s',
        sentence: 'As suas permissões no livro de endereços «%s» de %o foram alteradas.',
      },
      taken: {
        subject: 'Livro de endereços que já não é partilhado consigo: %s',
        sentence: 'As suas permissões no livro de endereços «%s» de %o foram retiradas.',
      },
    },
    subscribe: 'Subscrever',
    address: 'O seu endereço para programas',
  },
};
