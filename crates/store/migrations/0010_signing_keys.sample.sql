-- A key that has a successor. What it is sealed under is nobody's.
insert into signing_keys (id, algorithm, number, sealed, jwk, made_at, signs_from, retired_at, gone_at)
values
    ('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k', 'EdDSA', 1, X'01000000010102030405060708090a0b0c', '{}', 1790000800000,
    1790000800000, 1797690400000, 1797780400000),
    ('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', 'EdDSA', 2, X'01000000010102030405060708090a0b0d', '{}', 1797604000000,
    1797690400000, null, null);
