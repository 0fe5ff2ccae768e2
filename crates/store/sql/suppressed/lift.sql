delete from suppressed where address = $1 returning decision, n, words
