delete from announcement_lines where endpoint = $1 and account_id = $2
