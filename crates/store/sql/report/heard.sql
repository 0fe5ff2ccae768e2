insert into provider_reports (report, heard_at) values ($1, $2)
