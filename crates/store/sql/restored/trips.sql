delete from trips
