import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { MailLanguage } from './languages.ts';

/** What happened to somebody's collection. */
export type FolderChange = 'added' | 'removed';

/** `%s` is the collection's name. */
export interface NoticeText {
  readonly subject: string;
  readonly sentence: string;
}

type FolderTexts = Readonly<Record<CollectionKind, Readonly<Record<FolderChange, NoticeText>>>> & {
  /** Who wrote this, and that nobody reads an answer. */
  readonly closing: string;
};

export const folderTexts: Readonly<Record<MailLanguage, FolderTexts>> = {
  en: {
    calendar: {
      added: { subject: 'New calendar: %s', sentence: 'The calendar “%s” was created for you.' },
      removed: {
        subject: 'Calendar removed: %s',
        sentence: 'Your calendar “%s” was removed, with everything in it.',
      },
    },
    addressbook: {
      added: {
        subject: 'New address book: %s',
        sentence: 'The address book “%s” was created for you.',
      },
      removed: {
        subject: 'Address book removed: %s',
        sentence: 'Your address book “%s” was removed, with everything in it.',
      },
    },
    closing: 'The calendar server wrote this message by itself.',
  },
  de: {
    calendar: {
      added: {
        subject: 'Neuer Kalender: %s',
        sentence: 'Der Kalender „%s“ wurde für Sie angelegt.',
      },
      removed: {
        subject: 'Kalender gelöscht: %s',
        sentence: 'Ihr Kalender „%s“ wurde mit seinem Inhalt gelöscht.',
      },
    },
    addressbook: {
      added: {
        subject: 'Neues Adressbuch: %s',
        sentence: 'Das Adressbuch „%s“ wurde für Sie angelegt.',
      },
      removed: {
        subject: 'Adressbuch gelöscht: %s',
        sentence: 'Ihr Adressbuch „%s“ wurde mit seinem Inhalt gelöscht.',
      },
    },
    closing: 'Der Kalenderserver hat diese Nachricht selbst geschrieben.',
  },
  fr: {
    calendar: {
      added: {
        subject: 'Nouvel agenda : %s',
        sentence: 'L’agenda « %s » a été créé pour vous.',
      },
      removed: {
        subject: 'Agenda supprimé : %s',
        sentence: 'Votre agenda « %s » a été supprimé avec tout son contenu.',
      },
    },
    addressbook: {
      added: {
        subject: 'Nouveau carnet d’adresses : %s',
        sentence: 'Le carnet d’adresses « %s » a été créé pour vous.',
      },
      removed: {
        subject: 'Carnet d’adresses supprimé : %s',
        sentence: 'Votre carnet d’adresses « %s » a été supprimé avec tout son contenu.',
      },
    },
    closing: 'Ce message a été rédigé automatiquement par le serveur d’agendas.',
  },
  es: {
    calendar: {
      added: {
        subject: 'Nuevo calendario: %s',
        sentence: 'Se ha creado para usted el calendario «%s».',
      },
      removed: {
        subject: 'Calendario eliminado: %s',
        sentence: 'Se ha eliminado su calendario «%s» con todo su contenido.',
      },
    },
    addressbook: {
      added: {
        subject: 'Nueva libreta de direcciones: %s',
        sentence: 'Se ha creado para usted la libreta de direcciones «%s».',
      },
      removed: {
        subject: 'Libreta de direcciones eliminada: %s',
        sentence: 'Se ha eliminado su libreta de direcciones «%s» con todo su contenido.',
      },
    },
    closing: 'El servidor de calendarios ha escrito este mensaje automáticamente.',
  },
  it: {
    calendar: {
      added: {
        subject: 'Nuovo calendario: %s',
        sentence: 'È stato creato per lei il calendario «%s».',
      },
      removed: {
        subject: 'Calendario eliminato: %s',
        sentence: 'Il suo calendario «%s» è stato eliminato con tutto il contenuto.',
      },
    },
    addressbook: {
      added: {
        subject: 'Nuova rubrica: %s',
        sentence: 'È stata creata per lei la rubrica «%s».',
      },
      removed: {
        subject: 'Rubrica eliminata: %s',
        sentence: 'La sua rubrica «%s» è stata eliminata con tutto il contenuto.',
      },
    },
    closing: 'Questo messaggio è stato scritto automaticamente dal server dei calendari.',
  },
  nl: {
    calendar: {
      added: {
        subject: 'Nieuwe agenda: %s',
        sentence: 'De agenda ‘%s’ is voor u aangemaakt.',
      },
      removed: {
        subject: 'Agenda verwijderd: %s',
        sentence: 'Uw agenda ‘%s’ is met de hele inhoud verwijderd.',
      },
    },
    addressbook: {
      added: {
        subject: 'Nieuw adresboek: %s',
        sentence: 'Het adresboek ‘%s’ is voor u aangemaakt.',
      },
      removed: {
        subject: 'Adresboek verwijderd: %s',
        sentence: 'Uw adresboek ‘%s’ is met de hele inhoud verwijderd.',
      },
    },
    closing: 'De agendaserver heeft dit bericht zelf geschreven.',
  },
  pt: {
    calendar: {
      added: {
        subject: 'Novo calendário: %s',
        sentence: 'O calendário «%s» foi criado para si.',
      },
      removed: {
        subject: 'Calendário removido: %s',
        sentence: 'O seu calendário «%s» foi removido com todo o conteúdo.',
      },
    },
    addressbook: {
      added: {
        subject: 'Novo livro de endereços: %s',
        sentence: 'O livro de endereços «%s» foi criado para si.',
      },
      removed: {
        subject: 'Livro de endereços removido: %s',
        sentence: 'O seu livro de endereços «%s» foi removido com todo o conteúdo.',
      },
    },
    closing: 'Esta mensagem foi escrita automaticamente pelo servidor de calendários.',
  },
};
