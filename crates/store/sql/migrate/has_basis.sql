select count(*) as found
from sqlite_schema
where type = 'table' and name = 'migration_lease'
