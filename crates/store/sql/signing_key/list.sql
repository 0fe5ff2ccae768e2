select id, algorithm, number, sealed, made_at, signs_from, retired_at, gone_at from signing_keys
