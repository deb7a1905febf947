/** Words of a reminder; `%s` is what it reminds of. */
interface ReminderTexts {
  readonly subject: string;
  readonly when: string;
  readonly due: string;
  readonly where: string;
  readonly calendar: string;
  /** Who wrote this, and that nobody reads an answer. */
  readonly closing: string;
}

const en: ReminderTexts = {
  subject: 'Reminder: %s',
  when: 'When',
  due: 'Due',
  where: 'Where',
  calendar: 'Calendar',
  closing: 'The calendar server wrote this message by itself.',
};

const texts: Readonly<Record<string, ReminderTexts>> = {
  en,
  de: {
    subject: 'Erinnerung: %s',
    when: 'Wann',
    due: 'Fällig',
    where: 'Wo',
    calendar: 'Kalender',
    closing: 'Der Kalenderserver hat diese Nachricht selbst geschrieben.',
  },
  fr: {
    subject: 'Rappel : %s',
    when: 'Quand',
    due: 'Échéance',
    where: 'Où',
    calendar: 'Agenda',
    closing: 'Ce message a été rédigé automatiquement par le serveur d’agendas.',
  },
  es: {
    subject: 'Recordatorio: %s',
    when: 'Cuándo',
    due: 'Vence',
    where: 'Dónde',
    calendar: 'Calendario',
    closing: 'El servidor de calendarios ha escrito este mensaje automáticamente.',
  },
  it: {
    subject: 'Promemoria: %s',
    when: 'Quando',
    due: 'Scadenza',
    where: 'Dove',
    calendar: 'Calendario',
    closing: 'Questo messaggio è stato scritto automaticamente dal server dei calendari.',
  },
  nl: {
    subject: 'Herinnering: %s',
    when: 'Wanneer',
    due: 'Vervalt',
    where: 'Waar',
    calendar: 'Agenda',
    closing: 'De agendaserver heeft dit bericht zelf geschreven.',
  },
  pt: {
    subject: 'Lembrete: %s',
    when: 'Quando',
    due: 'Prazo',
    where: 'Onde',
    calendar: 'Calendário',
    closing: 'Esta mensagem foi escrita automaticamente pelo servidor de calendários.',
  },
};

/** In the language of somebody, or in English. */
export const reminderTexts = (language: string): ReminderTexts => texts[language] ?? en;
