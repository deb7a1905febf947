/** Attributes and classes that organisations add to their directories, and that ours is tested with. */
export const schema = `
objectidentifier ours 1.3.6.1.4.1.55555
attributetype ( ours:1.1 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( ours:1.2 NAME 'kind' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( ours:1.3 NAME 'multipleBookings' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( ours:1.4 NAME 'imapServer' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( ours:1.5 NAME 'imapUser' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( ours:1.6 NAME 'sieveServer' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( ours:1.7 NAME 'mozillaNickname' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( ours:1.8 NAME 'unicodePwd' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( ours:1.9 NAME 'supportedCapabilities' EQUALITY objectIdentifierMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.38 )
attributetype ( 1.3.6.1.4.1.7165.2.1.24 NAME 'sambaLMPassword' EQUALITY caseIgnoreIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26{32} SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.7165.2.1.25 NAME 'sambaNTPassword' EQUALITY caseIgnoreIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26{32} SINGLE-VALUE )
objectclass ( ours:2.1 NAME 'ourPerson' SUP top AUXILIARY MAY ( proxyAddresses $ kind $ multipleBookings $ imapServer $ imapUser $ sieveServer $ mozillaNickname $ unicodePwd ) )
objectclass ( ours:2.2 NAME 'calendarResource' SUP top AUXILIARY MAY ( kind $ multipleBookings ) )
objectclass ( ours:2.3 NAME 'group' SUP top STRUCTURAL MUST cn MAY ( member $ description $ mail ) )
objectclass ( 1.3.6.1.4.1.7165.2.2.6 NAME 'sambaSamAccount' SUP top AUXILIARY MAY ( sambaLMPassword $ sambaNTPassword ) )
`;
