/**
 * The contact fields of the guide's table, in small letters. By default each is read from the attribute or
 * column of its own name.
 */
export const contactFields = [
  ...['givenname', 'sn', 'cn', 'displayname', 'mozillanickname'],
  ...['mail', 'mozillasecondemail', 'nsaimid'],
  ...['telephonenumber', 'homephone', 'mobile', 'facsimiletelephonenumber', 'pager'],
  ...['mozillahomestreet', 'mozillahomestreet2', 'mozillahomelocalityname', 'mozillahomestate'],
  ...['mozillahomepostalcode', 'mozillahomecountryname', 'mozillahomeurl'],
  ...['title', 'ou', 'o', 'street', 'mozillaworkstreet2', 'l', 'st', 'postalcode', 'c'],
  ...['mozillaworkurl', 'birthyear', 'birthmonth', 'birthday', 'description'],
] as const;

/** The same contact with a displayname: its own, else cn, else given name and surname. */
export const withShownName = (
  contact: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> => {
  const names = [contact.get('givenname'), contact.get('sn')].filter((name) => name !== undefined);
  const shown = contact.get('displayname') ?? contact.get('cn') ?? names.join(' ');
  return shown === '' ? contact : new Map([...contact, ['displayname', shown]]);
};
