/** See `textsOf` for what each stands for, in that order. */
export const eastern: Readonly<Record<string, string>> = {
  pl: 'Zaproszenie|Zmieniono|Odwołano|Przyjęto|Odrzucono|Wstępnie|Przekazano|Jeszcze nie zdecydowano|Zaproponowano nowy termin|Organizator|Uczestnik|Kiedy|Gdzie|Przedtem|cyklicznie|Można odpowiedzieć programem pocztowym lub kalendarzem.|Do wiadomości: odpowiedź nie jest potrzebna.',
  cs: 'Pozvánka|Změněno|Zrušeno|Přijato|Odmítnuto|Předběžně|Delegováno|Zatím nerozhodnuto|Navržen nový čas|Pořadatel|Účastník|Kdy|Kde|Dříve|opakuje se|Odpovědět můžete svým poštovním nebo kalendářovým programem.|Pro informaci: odpověď není potřeba.',
  sk: 'Pozvánka|Zmenené|Zrušené|Prijaté|Odmietnuté|Predbežne|Delegované|Zatiaľ nerozhodnuté|Navrhnutý nový čas|Organizátor|Účastník|Kedy|Kde|Predtým|opakuje sa|Odpovedať môžete svojím poštovým alebo kalendárovým programom.|Pre informáciu: odpoveď nie je potrebná.',
  sl: 'Vabilo|Spremenjeno|Odpovedano|Sprejeto|Zavrnjeno|Pogojno|Preneseno|Še ni odločeno|Predlagan nov čas|Organizator|Udeleženec|Kdaj|Kje|Prej|se ponavlja|Odgovorite lahko s poštnim ali koledarskim programom.|V vednost: odgovor ni potreben.',
  hr: 'Poziv|Izmijenjeno|Otkazano|Prihvaćeno|Odbijeno|Uvjetno|Proslijeđeno|Još nije odlučeno|Predloženo novo vrijeme|Organizator|Sudionik|Kada|Gdje|Prije|ponavlja se|Možete odgovoriti svojim programom za poštu ili kalendar.|Na znanje: odgovor nije potreban.',
  bs: 'Poziv|Izmijenjeno|Otkazano|Prihvaćeno|Odbijeno|Uslovno|Proslijeđeno|Još nije odlučeno|Predloženo novo vrijeme|Organizator|Učesnik|Kada|Gdje|Prije|ponavlja se|Možete odgovoriti svojim programom za poštu ili kalendar.|Na znanje: odgovor nije potreban.',
  'sr-Latn':
    'Poziv|Izmenjeno|Otkazano|Prihvaćeno|Odbijeno|Uslovno|Prosleđeno|Još nije odlučeno|Predloženo novo vreme|Organizator|Učesnik|Kada|Gde|Ranije|ponavlja se|Možete odgovoriti svojim programom za poštu ili kalendar.|Na znanje: odgovor nije potreban.',
  'sr-ME':
    'Poziv|Izmijenjeno|Otkazano|Prihvaćeno|Odbijeno|Uslovno|Proslijeđeno|Još nije odlučeno|Predloženo novo vrijeme|Organizator|Učesnik|Kada|Gdje|Ranije|ponavlja se|Možete odgovoriti svojim programom za poštu ili kalendar.|Na znanje: odgovor nije potreban.',
  sr: 'Позив|Измењено|Отказано|Прихваћено|Одбијено|Условно|Прослеђено|Још није одлучено|Предложено ново време|Организатор|Учесник|Када|Где|Раније|понавља се|Можете одговорити својим програмом за пошту или календар.|На знање: одговор није потребан.',
  mk: 'Покана|Изменето|Откажано|Прифатено|Одбиено|Условно|Препратено|Сѐ уште неодлучено|Предложено ново време|Организатор|Учесник|Кога|Каде|Претходно|се повторува|Можете да одговорите со вашата програма за пошта или календар.|За информација: не е потребен одговор.',
  bg: 'Покана|Променено|Отменено|Прието|Отказано|Условно|Делегирано|Още не е решено|Предложен е нов час|Организатор|Участник|Кога|Къде|Преди|повтаря се|Можете да отговорите с програмата си за поща или календар.|За сведение: не е нужен отговор.',
  ru: 'Приглашение|Изменено|Отменено|Принято|Отклонено|Под вопросом|Передано|Ещё не решено|Предложено новое время|Организатор|Участник|Когда|Где|Ранее|повторяется|Ответить можно из почтовой программы или календаря.|К сведению: ответ не требуется.',
  uk: 'Запрошення|Змінено|Скасовано|Прийнято|Відхилено|Під питанням|Передано|Ще не вирішено|Запропоновано новий час|Організатор|Учасник|Коли|Де|Раніше|повторюється|Відповісти можна з поштової програми або календаря.|До відома: відповідь не потрібна.',
  lv: 'Uzaicinājums|Mainīts|Atcelts|Pieņemts|Noraidīts|Provizoriski|Deleģēts|Vēl nav izlemts|Ierosināts jauns laiks|Organizators|Dalībnieks|Kad|Kur|Iepriekš|atkārtojas|Varat atbildēt ar savu pasta vai kalendāra programmu.|Zināšanai: atbilde nav vajadzīga.',
  lt: 'Kvietimas|Pakeista|Atšaukta|Priimta|Atmesta|Preliminariai|Perduota|Dar neapsispręsta|Pasiūlytas naujas laikas|Organizatorius|Dalyvis|Kada|Kur|Anksčiau|kartojasi|Atsakyti galite savo pašto ar kalendoriaus programa.|Žiniai: atsakyti nereikia.',
  el: 'Πρόσκληση|Ενημερώθηκε|Ακυρώθηκε|Αποδοχή|Απόρριψη|Υπό επιφύλαξη|Ανατέθηκε|Δεν έχει αποφασιστεί|Προτάθηκε νέα ώρα|Διοργάνωση|Συμμετοχή|Πότε|Πού|Πριν|επαναλαμβάνεται|Μπορείτε να απαντήσετε με το πρόγραμμα αλληλογραφίας ή ημερολογίου σας.|Προς ενημέρωση: δεν χρειάζεται απάντηση.',
  he: 'הזמנה|עודכן|בוטל|התקבל|נדחה|בהסתייגות|הועבר לאחר|טרם הוחלט|הוצע זמן חדש|מארגן|משתתף|מתי|היכן|קודם|חוזר|ניתן להשיב בתוכנת הדואר או היומן.|לידיעה: אין צורך בתשובה.',
  ar: 'دعوة|تحديث|إلغاء|قبول|رفض|مبدئي|تفويض|لم يتقرر بعد|اقتراح وقت جديد|المنظم|المشارك|متى|أين|سابقًا|متكرر|يمكنك الرد باستخدام برنامج البريد أو التقويم.|للعلم: لا يلزم الرد.',
  kk: 'Шақыру|Өзгертілді|Болдырылмады|Қабылданды|Бас тартылды|Алдын ала|Тапсырылды|Әлі шешілмеген|Жаңа уақыт ұсынылды|Ұйымдастырушы|Қатысушы|Қашан|Қайда|Бұрын|қайталанады|Пошта не күнтізбе бағдарламасымен жауап бере аласыз.|Мәлімет үшін: жауап қажет емес.',
  'zh-CN':
    '邀请|已更新|已取消|已接受|已拒绝|暂定|已委托|尚未决定|建议新时间|组织者|参与者|时间|地点|原为|重复|您可以用邮件或日历程序答复。|仅供参考：无需答复。',
  'zh-TW':
    '邀請|已更新|已取消|已接受|已拒絕|暫定|已委派|尚未決定|建議新時間|主辦人|與會者|時間|地點|原為|重複|您可以用郵件或行事曆程式回覆。|僅供參考：不需回覆。',
  ja: '招待|変更|中止|承諾|辞退|仮承諾|委任|未定|新しい日時の提案|主催者|参加者|日時|場所|変更前|繰り返し|メールまたはカレンダーのソフトで返答できます。|お知らせのみです。返答は不要です。',
  ko: '초대|변경됨|취소됨|수락|거절|미정|위임|아직 결정하지 않음|새 시간 제안|주최자|참석자|일시|장소|이전|반복|메일 또는 일정 프로그램으로 답할 수 있습니다.|참고용이며 답하지 않아도 됩니다.',
  th: 'คำเชิญ|ปรับปรุงแล้ว|ยกเลิกแล้ว|ตอบรับ|ปฏิเสธ|ยังไม่แน่นอน|มอบหมายแล้ว|ยังไม่ตัดสินใจ|เสนอเวลาใหม่|ผู้จัด|ผู้เข้าร่วม|เมื่อ|ที่|ก่อนหน้า|เกิดซ้ำ|คุณตอบได้ด้วยโปรแกรมอีเมลหรือปฏิทินของคุณ|เพื่อทราบ: ไม่ต้องตอบ',
};
