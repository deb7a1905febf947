/** Made with openssl passwd, libxcrypt through Python, and Python's hashlib, all of this password. */
export const password = 'pässwörd 1';

export const vectors: readonly (readonly [made: string, stored: string])[] = [
  ['crypt des', '{crypt}abzp3RXJm5gNA'],
  ['crypt md5', '{crypt}$1$saltsalt$TgSjy78ElG..7yBJossD0.'],
  ['crypt sha256', '{crypt}$5$saltsaltsaltsalt$hNp.d/lDPZcodarVj4x6whVcMz/TvSVqcqWcldG4f81'],
  [
    'crypt sha512',
    '{crypt}$6$saltsalt$tHqym4gItwkbdcpfdysumMifrTtlK9Rlws0Pz3k/BDRvNK6AdL.hhYQat8X7nkPmPs29vcRqcTe3Nom5Hd1Ge/',
  ],
  [
    'sha512 rounds',
    '{SHA512-CRYPT}$6$rounds=1400$anotherlongsalt$VgTv9CYawAP52JxkaCiDlCtdxSmUIIoKK.qFS/tC4hHBqLh4jxv2O9PASV6txYyQpW5Pvavi4V4DVHMjCalfQ/',
  ],
  [
    'sha256 rounds',
    '{SHA256-CRYPT}$5$rounds=7777$short$SA/gg4wDGUnrot26Yl2apVzsjHZj5pV4bxxGUyVaVj8',
  ],
  ['md5-crypt', '{md5-crypt}$1$a$lDQ7E08u..t4Ok4Xfv5dg/'],
  ['blf', '{BLF-CRYPT}$2b$06$abcdefghijklmnopqrstuusTdLDB6BTCWunpH4JVOME02R142PTVy'],
  ['blf-y', '{crypt}$2y$05$abcdefghijklmnopqrstuu9zkq65eNjJ/pyWJYBzBge4LrMqMXEd6'],
  ['blf-a', '{crypt}$2a$05$abcdefghijklmnopqrstuu9zkq65eNjJ/pyWJYBzBge4LrMqMXEd6'],
  ['md5 hex', '{md5}ce74b892da441b00f4b61523872bc6b4'],
  ['md5 .b64', '{md5.b64}znS4ktpEGwD0thUjhyvGtA=='],
  ['md5 b64', '{MD5}znS4ktpEGwD0thUjhyvGtA=='],
  ['sha hex', '{sha}fc7ae7d3c804a20720bc38e8e5835048689b6551'],
  ['sha .b64', '{sha.b64}/Hrn08gEogcgvDjo5YNQSGibZVE='],
  ['sha b64', '{SHA}/Hrn08gEogcgvDjo5YNQSGibZVE='],
  ['sha256 hex', '{sha256}50e0d7e496477b5f09570bfdcaf31b028792ef5f58edfc27dbcbccb8cfce1d15'],
  ['sha256 .b64', '{sha256.b64}UODX5JZHe18JVwv9yvMbAoeS719Y7fwn28vMuM/OHRU='],
  ['sha256 b64', '{SHA256}UODX5JZHe18JVwv9yvMbAoeS719Y7fwn28vMuM/OHRU='],
  [
    'sha512 hex',
    '{sha512}306ac2597fce688cb0e71059d11accdafc1ed581e8a36303fcd2addbebe47cb8ae74438c9c7c574ec557092a283b979e848754245ca59d39abdd34f22b6df033',
  ],
  [
    'sha512 .b64',
    '{sha512.b64}MGrCWX/OaIyw5xBZ0RrM2vwe1YHoo2MD/NKt2+vkfLiudEOMnHxXTsVXCSooO5eehIdUJFylnTmr3TTyK23wMw==',
  ],
  [
    'sha512 b64',
    '{SHA512}MGrCWX/OaIyw5xBZ0RrM2vwe1YHoo2MD/NKt2+vkfLiudEOMnHxXTsVXCSooO5eehIdUJFylnTmr3TTyK23wMw==',
  ],
  ['smd5', '{SMD5}e3Z3FJyfwI4+Gw7d+jnThHNhbHT/AA=='],
  ['smd5 hex', '{smd5.hex}7b7677149c9fc08e3e1b0eddfa39d38473616c74ff00'],
  ['ssha', '{SSHA}zz7PlUkjiCK/p1UkCDxupFpIVoFzYWx0/wA='],
  ['ssha hex', '{ssha.hex}cf3ecf9549238822bfa75524083c6ea45a48568173616c74ff00'],
  ['ssha256', '{SSHA256}Wh10iclKCodiXdPdcxnfncqu6tUjYRaAKl67S5TufXhzYWx0/wA='],
  [
    'ssha256 hex',
    '{ssha256.hex}5a1d7489c94a0a87625dd3dd7319df9dcaaeead5236116802a5ebb4b94ee7d7873616c74ff00',
  ],
  [
    'ssha512',
    '{SSHA512}Q4xrPKGC5DC+oQ50JbhbNnrw+udRQwBsVwIwAepapFcFq9vRNvpybD8Gx0970LX8MHCllM9AK5tnjdL4UF/xynNhbHT/AA==',
  ],
  [
    'ssha512 hex',
    '{ssha512.hex}438c6b3ca182e430bea10e7425b85b367af0fae75143006c57023001ea5aa45705abdbd136fa726c3f06c74f7bd0b5fc3070a594cf402b9b678dd2f8505ff1ca73616c74ff00',
  ],
  ['pbkdf2', '{PBKDF2}$1$saltsalt$5000$d61a728f16ace5b17c2abfd6410505972da1ea74'],
  ['plain', '{plain}pässwörd 1'],
  ['plain b64', '{plain.b64}cMOkc3N3w7ZyZCAx'],
  // Perl's Digest::MD5 tells the states.
  ['cram-md5', '{cram-md5}52088da9670cd71eb1a28e47c53cd529f0dab67d4b8b55f1cf849141d512452f'],
];

/** What `openssl passwd` -1, -5 and -6 make of passwords of different lengths. */
export const lengths: readonly (readonly [typed: string, stored: string])[] = [
  ['a', '$1$Salt./12$jhJfroLNsJbOEABRXq0050'],
  ['fifteen letters', '$1$Salt./12$lCeaR1ub8az0Z2bkZxtI10'],
  ['x'.repeat(16), '$1$Salt./12$nEjG9FeXVpbWijfNtuSZk/'],
  ['ü'.repeat(33), '$1$Salt./12$QBHphXKaSoXiCkLg7kJEY/'],
  ['y'.repeat(130), '$1$Salt./12$pyYPdRLU4GEuMrb9t3T0s0'],
  ['a', '$5$Salt./12$fu1JEO7DhVWSKxrpB9xSsiiS2jldiDuNcDAp9q5QMv.'],
  ['fifteen letters', '$5$Salt./12$MeuwXuT3gWVa1a0091N0fD22Hr.aff42GSwgtkUAEr3'],
  ['x'.repeat(16), '$5$Salt./12$t3uK/e2YNNeSXaAwDBAs9L2ZtXzNbjlMNfv9zYJxea2'],
  ['ü'.repeat(33), '$5$Salt./12$W819EvQ7g8yl.qLEsPSewHVnDKAngc9teaRXD0MAIU7'],
  ['y'.repeat(130), '$5$Salt./12$NRnm87BqrlnVyEij0fi.KFDmwxKvi.bZqehTgqG01w1'],
  [
    'a',
    '$6$Salt./12$sjWgDZ3gqa2XS6.fMjPMIMvyuzozG1Ra.INh2igQegl7eNdiuJpUkg.4VcYcF7TQ/OxDmuaOoNg6XREPq.Xir/',
  ],
  [
    'fifteen letters',
    '$6$Salt./12$LoxltXiBtaV1Q40XyUPklgPe.f5xwfXzuB3tr37qROQuCFzIIYkuJ/D0P/dLYdg9YylKBcnYQJc6EGkMMVGEq1',
  ],
  [
    'x'.repeat(16),
    '$6$Salt./12$f0FBLloYtOw5caQfEa0gGwvH9wEwyZoh3NyGrHcn8Zknlpp/dGMG/uY4K/dRdcOQunLK8PvvtVpcLejsJ1L9G0',
  ],
  [
    'ü'.repeat(33),
    '$6$Salt./12$qtB04ww7Tfe/s7vvy0IRVTUUCf2vxnDHpea.TmTo0kyib0321nbtYwHI9AEen5ALbtAByYTlhnCuiUSGoCjD//',
  ],
  [
    'y'.repeat(130),
    '$6$Salt./12$PfbxkBHv2wxV5tEWnJb5idq.JmziOQPXGzmQbLmF7XDkQTxuhlTCKTPaLi69xzHH4wGEl4T0BW94AheaQX0FU0',
  ],
];
